"""The people of a request: whoever writes it in the Gemeinde, whoever decides in the Kreis."""

from __future__ import annotations

import pytest

from tenants import Role


@pytest.fixture
def officer(ctx, district):
    return district.gemeinde.actor(Role.OFFICER)


@pytest.fixture
def coordinator(ctx, district):
    return district.kreis.actor(Role.KI_COORDINATOR)
