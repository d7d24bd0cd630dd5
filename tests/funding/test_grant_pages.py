"""Zuwendungen in the browser."""

from __future__ import annotations

import pytest

from tests.factories.ledger import euro, granted
from tests.support.acting import acting


@pytest.fixture
def browser(ctx, kreis):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.kreis.slug}/mittel/zuwendungen"


def test_an_empty_list_says_what_belongs_there(browser, base):
    page = browser.client.get(base)
    assert page.status_code == 200
    assert "Noch keine Zuwendung" in page.text


def test_the_list_shows_what_each_grant_gives(browser, base, kreis):
    granted(kreis, euro("463500.00"))
    assert "463.500,00" in browser.client.get(base).text
