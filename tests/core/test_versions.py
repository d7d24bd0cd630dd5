"""Lost updates are refused: the state that a change was made on is compared under the lock of the thing's head."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm.exc import StaleDataError

from kimhub.core.attempt import attempt
from kimhub.core.errors import NotFoundError, StaleError
from kimhub.core.versions import locked, mark, require_version
from kimhub.funding.models import OrganizationKind
from kimhub.funding.organization_queries import ORGANIZATION
from kimhub.funding.usecases.organizations import OrganizationDetails, add_organization
from kimhub.positions.models import PositionRequest
from kimhub.positions.queries import REQUEST
from tenants import Base, Role, Sealed, TenantOwned, transaction
from tests.factories.requests import draft, submitted
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE

TOGETHER = 4


def organization(actor):
    with transaction(actor):
        return add_organization(actor, OrganizationDetails(name="Muster", kind=OrganizationKind.TRAEGER)).id


def name_organization(entry, name):
    entry.name = name


def name_request(file, name):
    file.request.function = name


@pytest.mark.parametrize(
    ("versioned", "make", "change"),
    [
        pytest.param(ORGANIZATION, organization, name_organization, id="held by the row"),
        pytest.param(REQUEST, draft, name_request, id="held by an advisory lock"),
    ],
)
def test_of_several_changes_on_one_state_exactly_one_stands(committing, versioned, make, change):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    with committing.app.app_context():
        thing_id = make(officer)
        with transaction(officer, read_only=True) as session:
            seen = versioned.mark(versioned.load(session, thing_id))
    together = Barrier(TOGETHER)

    def change_once(number):
        with committing.app.app_context(), transaction(officer) as session:
            versioned.load(session, thing_id)  # read before the lock: must not count
            together.wait(timeout=PATIENCE)
            try:
                change(versioned.seen(thing_id, seen), f"Stelle {number}")
            except StaleError:
                return "stale"
        return f"Stelle {number}"

    with ThreadPoolExecutor(TOGETHER) as pool:
        outcomes = list(pool.map(change_once, range(TOGETHER)))
    assert outcomes.count("stale") == TOGETHER - 1
    (stands,) = set(outcomes) - {"stale"}
    with committing.app.app_context(), transaction(officer, read_only=True) as session:
        thing = versioned.load(session, thing_id)
        assert stands in {
            getattr(thing, "name", None),
            getattr(getattr(thing, "request", None), "function", None),
        }
        assert versioned.mark(thing) != seen


def owned_models():
    models = {mapper.class_ for mapper in Base.registry.mappers}
    return sorted(
        (m for m in models if issubclass(m, TenantOwned) and not isinstance(m.__isolation__, Sealed)),
        key=lambda model: model.__name__,
    )


def test_every_row_of_a_tenant_can_be_held_whatever_may_be_changed_of_it(ctx, district):
    """The lock needs no right that the application's role does not have."""
    models = owned_models()
    assert len(models) > 20
    with transaction(district.gemeinde.actor(Role.OFFICER)) as session:
        for model in models:
            with pytest.raises(NotFoundError):
                locked(session, model, uuid4())


def test_what_is_shared_is_held_by_both_sides_and_by_nobody_else(ctx, district):
    officer = district.gemeinde.actor(Role.OFFICER)
    request_id = submitted(officer)
    for actor in (officer, district.kreis.actor(Role.KI_COORDINATOR)):
        with transaction(actor) as session:
            assert locked(session, PositionRequest, request_id).id == request_id
    with transaction(district.sibling.actor(Role.OFFICER)) as session, pytest.raises(NotFoundError):
        locked(session, PositionRequest, request_id)


def test_a_mark_changes_with_every_column_of_a_row_and_with_every_value(ctx, district):
    officer = district.gemeinde.actor(Role.OFFICER)
    organization_id = organization(officer)
    with transaction(officer) as session:
        entry = ORGANIZATION.load(session, organization_id)
        before = mark(entry)
        assert mark(entry) == before
        for column in ("name", "contact", "address", "email"):
            setattr(entry, column, "anders")
            session.flush()
            after = mark(entry)
            assert after != before, column
            before = after
    assert mark(1, "2") != mark(1, 2) != mark(2, 1) != mark(12)


def test_another_state_is_refused_with_the_present_one():
    require_version(3, 3)
    with pytest.raises(StaleError, match="Ihre Änderung wurde nicht gespeichert") as refused:
        require_version(3, 2, state={"version": 3})
    assert refused.value.extra == {"version": 3}
    with pytest.raises(StaleError):
        require_version("a", None)


@pytest.mark.parametrize(("path", "status"), [("/api/v1/plans/x", 412), ("/t/musterstadt/x", 409)])
def test_a_row_changed_between_reading_and_writing_is_refused_like_any_overtaken_state(app, path, status):
    with app.test_request_context(path, method="POST"):
        response = app.make_response(app.handle_user_exception(StaleDataError("UPDATE matched 0 rows")))
    assert response.status_code == status
    assert "nicht gespeichert" in response.get_data(as_text=True)


def test_a_row_changed_meanwhile_is_refused_where_a_page_tries_a_use_case(ctx, district):
    with transaction(district.stadt.actor(Role.KI_COORDINATOR)) as session:
        with pytest.raises(StaleError), attempt(session):
            raise StaleDataError("UPDATE matched 0 rows")
        assert session.scalar(text("SELECT 1")) == 1
