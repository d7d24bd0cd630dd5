"""A Kreis that tells something, and members of two Gemeinden who are told, on a database of the module's own."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tenants import Role
from tests.inbox.conftest import queue, town, works

__all__ = ["queue", "town", "works"]


@pytest.fixture
def site(town):
    """The town with members of the committees of two Gemeinden, inside the application."""
    d = town.district
    town.settle("ki", (d.kreis, Role.KI_COORDINATOR))
    for name in ("anna", "bert"):
        town.settle(name, (d.gemeinde, Role.COMMITTEE_MEMBER))
    town.settle("office", (d.gemeinde, Role.COMMITTEE_OFFICE))
    town.settle("cem", (d.sibling, Role.COMMITTEE_MEMBER))
    with town.works.app.app_context():
        yield town
    with town.superuser.begin() as connection:
        connection.execute(text("TRUNCATE notice, committee CASCADE"))


@pytest.fixture
def ki(site):
    return site.actor("ki", site.district.kreis, Role.KI_COORDINATOR)
