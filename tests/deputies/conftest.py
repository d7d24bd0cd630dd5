"""A town whose people can be told something."""

from __future__ import annotations

import pytest

from tenants import Role
from tests.inbox.conftest import queue, town, works

__all__ = ["queue", "town", "works"]


@pytest.fixture
def people(town):
    """A coordinator of the Kreis; two officers, an administrator and an auditor of the Gemeinde; by name."""
    gemeinde = town.district.gemeinde
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    for name, role in (
        ("olga", Role.OFFICER), ("adam", Role.ADMINISTRATOR), ("paula", Role.AUDITOR), ("ruth", Role.AUDITOR),
    ):  # fmt: skip
        town.settle(name, (gemeinde, role))
    return {name: person.account_id for name, person in town.people.items()}
