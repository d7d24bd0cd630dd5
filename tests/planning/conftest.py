"""Köln's plan in the hands of the kreisfreie Stadt of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kimhub.planning.usecases.store_plan import create_plan
from kimhub.programme.public import plan_from_toml
from tenants import Role, transaction

KOELN = Path(__file__).parents[2] / "examples" / "koeln.toml"


@pytest.fixture(scope="session")
def koeln():
    return plan_from_toml(KOELN.read_bytes())


@pytest.fixture
def coordinator(district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def stored(ctx, coordinator, koeln):
    """The id of the stored plan."""
    with transaction(coordinator):
        return create_plan(coordinator, koeln).id
