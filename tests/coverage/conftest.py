"""A Kreis and its Gemeinden with committees since 2020, on a database of the module's own."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tenants import Role
from tests.coverage.acts import entered
from tests.inbox.conftest import queue, town, works

__all__ = ["queue", "town", "works"]


@pytest.fixture
def site(town):
    """The town with a committee office in Kreis and Gemeinde, inside the application."""
    d = town.district
    town.settle("ki", (d.kreis, Role.KI_COORDINATOR))
    town.settle("office", (d.gemeinde, Role.COMMITTEE_OFFICE))
    town.settle("anna", (d.gemeinde, Role.COMMITTEE_MEMBER))
    with town.works.app.app_context():
        yield town
    with town.superuser.begin() as connection:
        connection.execute(
            text("TRUNCATE notice, committee, paper, occurrence, occurrence_line, occurrence_reach CASCADE")
        )


@pytest.fixture
def ki(site):
    return site.actor("ki", site.district.kreis, Role.KI_COORDINATOR)


@pytest.fixture
def office(site):
    return site.actor("office", site.district.gemeinde, Role.COMMITTEE_OFFICE)


@pytest.fixture
def member(site):
    return site.actor("anna", site.district.gemeinde, Role.COMMITTEE_MEMBER)


@pytest.fixture
def seats(ki, office):
    """The committees of Kreis and Gemeinde that are concerned."""
    return {ki: entered(ki), office: entered(office)}
