"""The people of the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from kimhub.planning.public import create_plan
from kimhub.programme.public import plan_from_toml
from tenants import Role, transaction

KOELN = Path(__file__).parents[2] / "examples" / "koeln.toml"


@pytest.fixture
def unrelated(ctx, district):
    return district.unrelated.actor(Role.OFFICER)


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def koeln_plan(kreis):
    """The id of Köln's plan, stored by the Kreis."""
    with transaction(kreis):
        return create_plan(kreis, plan_from_toml(KOELN.read_bytes())).id


@pytest.fixture
def pdf():
    """The smallest thing that is taken for a PDF."""
    return b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
