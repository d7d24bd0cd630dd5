"""A Kreis with an application, and the Gemeinden that read of it, on a database of the module's own."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.applications.public import Involvement, Participation, add_participant, involve_gemeinden
from tenants import Role, transaction
from tests.applications.conftest import make_draft, make_plan
from tests.inbox.conftest import queue, town, works

__all__ = ["queue", "town", "works"]

MUSTERSTADT, ALTDORF, NEUDORF = "05901001", "05901002", "05901003"
_REGISTER = text(
    "INSERT INTO register_entry (ags, name, official_name, kind, parent_ags, regierungsbezirk, status, population,"
    " population_date, source, sort_key) VALUES (:ags, :name, :name, :kind, :parent, '', '', 1, '2019-12-31', '',"
    " lower(:name)) ON CONFLICT DO NOTHING"
)
_ROWS = (
    ("05901", "Musterkreis", "kreis", None), (MUSTERSTADT, "Musterstadt", "gemeinde", "05901"),
    (ALTDORF, "Altdorf", "gemeinde", "05901"), (NEUDORF, "Neudorf", "gemeinde", "05901"),
)  # fmt: skip


@pytest.fixture
def site(town):
    """The town with officers of two Gemeinden that stand in the register, inside the application."""
    d = town.district
    town.settle("ki", (d.kreis, Role.KI_COORDINATOR))
    town.settle("olga", (d.gemeinde, Role.OFFICER))
    town.settle("anna", (d.gemeinde, Role.COMMITTEE_MEMBER))
    town.settle("paul", (d.gemeinde, Role.AUDITOR))
    town.settle("otto", (d.sibling, Role.OFFICER))
    with town.superuser.begin() as connection:
        for ags, name, kind, parent in _ROWS:
            connection.execute(_REGISTER, {"ags": ags, "name": name, "kind": kind, "parent": parent})
        for body, ags in ((d.kreis, "05901"), (d.gemeinde, MUSTERSTADT), (d.sibling, ALTDORF)):
            connection.execute(
                text("UPDATE tenant SET ags = :ags WHERE id = :id"), {"ags": ags, "id": body.id}
            )
    with town.works.app.app_context():
        yield town
    with town.superuser.begin() as connection:
        connection.execute(text("TRUNCATE release, grant_application, financing_plan, committee CASCADE"))
        connection.execute(text("UPDATE tenant SET ags = NULL"))


@pytest.fixture
def ki(site):
    return site.actor("ki", site.district.kreis, Role.KI_COORDINATOR)


@pytest.fixture
def olga(site):
    return site.actor("olga", site.district.gemeinde, Role.OFFICER)


@pytest.fixture
def otto(site):
    return site.actor("otto", site.district.sibling, Role.OFFICER)


@pytest.fixture
def application(ki):
    """A draft in which somebody took part and of two Gemeinden something is said."""
    application_id = make_draft(ki, make_plan(ki))
    with transaction(ki):
        add_participant(
            ki, application_id, Participation(name="Jobcenter", inside=False, contribution="Beratung.")
        )
        add_participant(ki, application_id, Participation(name="Ausländeramt", inside=True, contribution=""))
        involve_gemeinden(
            ki, application_id,
            {
                MUSTERSTADT: Involvement(involved=True, how="Mitglied der Projektgruppe."),
                ALTDORF: Involvement(involved=False, how="Geheim für andere."),
                NEUDORF: Involvement(involved=True, how="Kommt später."),
            },
        )  # fmt: skip
    return application_id
