"""A town whose people can be told something."""

from __future__ import annotations

import pytest

from tenants import Role
from tests.inbox.conftest import queue, town, works

__all__ = ["queue", "town", "works"]


@pytest.fixture
def people(town):
    """By name: a coordinator of the Kreis; of the Gemeinde an officer, an administrator, two each who only read."""
    gemeinde = town.district.gemeinde
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    for name, role in (
        ("olga", Role.OFFICER), ("adam", Role.ADMINISTRATOR), ("paula", Role.AUDITOR), ("ruth", Role.AUDITOR),
        ("carla", Role.COMMITTEE_MEMBER), ("cem", Role.COMMITTEE_MEMBER),
    ):  # fmt: skip
        town.settle(name, (gemeinde, role))
    return {name: person.account_id for name, person in town.people.items()}
