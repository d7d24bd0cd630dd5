"""Keys of repeated requests are kept for a day and forgotten by the next request after it; where the mark stands."""

from __future__ import annotations

from datetime import timedelta

import marshmallow as ma
import pytest
from sqlalchemy import create_engine, make_url, text

from kimhub.core.api import ApiBlueprint, idempotency
from kimhub.core.api.idempotency import KEPT_FOR
from tenants import Role, transaction
from tests.factories.requests import DETAILS
from tests.support.acting import acting
from tests.support.committed import committed_district

ROOT = "/api/v1/position-requests"
BODY = {"function": DETAILS.function, "fte": "1.00", "starts_on": "2027-01-01"}


def test_an_old_key_counts_as_new_and_a_younger_one_cannot_be_deleted(committing):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    database = make_url(committing.urls.owner).database
    superuser = create_engine(make_url(committing.urls.admin).set(database=database))
    with acting(committing.app) as stand_in:
        client = stand_in.as_(officer)
        ids = []
        for age in (timedelta(0), KEPT_FOR - timedelta(minutes=1), KEPT_FOR + timedelta(minutes=1)):
            with superuser.begin() as connection:
                connection.execute(text("UPDATE idempotency_key SET created_at = now() - :age"), {"age": age})
            ids.append(client.post(ROOT, json=BODY, headers={idempotency.HEADER: "k"}).json["id"])
    superuser.dispose()
    assert ids[0] == ids[1] != ids[2]
    with committing.app.app_context(), transaction(officer) as session:
        assert session.execute(text("DELETE FROM idempotency_key")).rowcount == 0


@pytest.mark.parametrize("above", ["arguments", "response", "doc"])
def test_a_view_is_refused_at_import_when_something_stands_between_its_route_and_the_key(above):
    blueprint = ApiBlueprint("sample", __name__)

    def view():
        return {}

    documented = blueprint.doc(summary="Muster")(view)
    around = {"arguments": (ma.Schema,), "response": (200, ma.Schema), "doc": ()}[above]
    covered = getattr(blueprint, above)(*around)(idempotency.idempotent(documented))
    with pytest.raises(TypeError, match="directly below the route decorator"):
        blueprint.route("/x", methods=["POST"])(covered)
    blueprint.route("/x", methods=["POST"])(
        idempotency.idempotent(getattr(blueprint, above)(*around)(documented))
    )
