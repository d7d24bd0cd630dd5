"""The people of the kreisfreie Stadt of the tests."""

from __future__ import annotations

import pytest

from tenants import Role


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def auditor(ctx, district):
    return district.stadt.actor(Role.AUDITOR)
