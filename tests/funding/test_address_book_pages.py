"""The address book in the browser."""

from __future__ import annotations

import pytest

from tests.factories.ledger import traeger
from tests.support.acting import acting


@pytest.fixture
def browser(ctx, kreis):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.kreis.slug}/mittel/adressbuch"


def test_the_address_book_lists_names_and_kinds(browser, base, kreis):
    assert "Noch kein Eintrag" in browser.client.get(base).text
    traeger(kreis, "Wohlfahrtsverband Mitte")
    page = browser.client.get(base).text
    assert "Wohlfahrtsverband Mitte" in page
    assert "Träger" in page
