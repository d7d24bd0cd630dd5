"""The people of the ledger."""

from __future__ import annotations

import pytest

from tenants import Role


@pytest.fixture
def kreis(ctx, district):
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def gemeinde(ctx, district):
    return district.gemeinde.actor(Role.OFFICER)


@pytest.fixture
def sibling(ctx, district):
    return district.sibling.actor(Role.OFFICER)


@pytest.fixture
def unrelated(ctx, district):
    return district.unrelated.actor(Role.OFFICER)


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)
