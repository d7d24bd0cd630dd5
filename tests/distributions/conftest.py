"""A Kreis with money of 2026 for case management, two Gemeinden below it, and a Träger in its address book."""

from __future__ import annotations

import pytest

from kimhub.distributions.public import create_distribution
from kimhub.programme.public import distribution_from_json
from tenants import transaction
from tests.factories.ledger import euro, granted, traeger

MONEY = {"purpose": "case_management", "start": "2026-01-01", "end": "2026-12-31"}
TWO = {
    "title": "Case Management 2026",
    "total": "2",
    "method": "key_figure",
    "key_figure": {"name": "Personen"},
    "money": MONEY,
    "parties": [{"name": "Musterstadt", "key": "300"}, {"name": "Öhringhausen", "key": "100"}],
}
"""Exactly 1.5 and 0.5 positions: 85,500 and 28,500 euro at 57,000 a position."""


@pytest.fixture
def fund(kreis):
    """200,000 euro in 2026."""
    return granted(kreis, euro(200_000))


@pytest.fixture
def provider(kreis):
    return traeger(kreis)


@pytest.fixture
def store(kreis, fund):
    """Store a distribution; return its id."""

    def stored(document=TWO, actor=kreis, fund_id=fund):
        with transaction(actor):
            return create_distribution(actor, fund_id, distribution_from_json(document)).id

    return stored


@pytest.fixture
def distribution_id(store):
    return store()
