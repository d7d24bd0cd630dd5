"""The address book in the browser."""

from __future__ import annotations

import re

import pytest

from tenants import Role
from tests.factories.ledger import traeger
from tests.support.acting import acting
from tests.support.browser import save

TYPED = {"name": "Wohlfahrtsverband Mitte", "kind": "traeger", "contact": "Geschäftsführung"}


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


def test_the_form_says_that_no_persons_belong_there(browser, base):
    page = browser.client.get(f"{base}/neu").text
    assert "keine Personen" in page
    assert "Kein Personenname" in page


def test_an_entry_is_added_changed_archived_and_fetched_back(browser, base):
    assert browser.client.post(f"{base}/neu", data=TYPED).status_code == 303
    entry = re.search(rf'href="({base}/[0-9a-f-]+)"', browser.client.get(base).text)[1]
    assert "Geschäftsführung" in browser.client.get(entry).text
    assert 'value="Wohlfahrtsverband Mitte"' in browser.client.get(f"{entry}/bearbeiten").text
    assert save(browser.client, f"{entry}/bearbeiten", {**TYPED, "name": "Verband"}).status_code == 303
    assert browser.client.post(f"{entry}/ablegen").status_code == 303
    assert ">Verband</a>" not in browser.client.get(base).text
    assert ">Verband</a>" in browser.client.get(f"{base}?abgelegte=auch").text
    assert "nicht mehr zur Wahl" in browser.client.get(entry).text
    assert browser.client.post(f"{entry}/wiederaufnehmen").status_code == 303
    assert ">Verband</a>" in browser.client.get(base).text


def test_the_same_name_twice_is_a_message_at_the_name(browser, base, kreis):
    traeger(kreis, "Wohlfahrtsverband Mitte")
    page = browser.client.post(f"{base}/neu", data=TYPED)
    assert page.status_code == 422
    assert 'href="#feld-name"' in page.text
    assert "steht schon eine Stelle" in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": " "}, "Geben Sie den Namen der Stelle an."),
        ({"kind": "person"}, "angebotenen Möglichkeiten"),
        ({"email": "keine Adresse"}, "Geben Sie eine E-Mail-Adresse ein"),
        ({"name": "x" * 201}, "Erlaubt sind höchstens 200"),
    ],
)
def test_each_slip_has_its_own_answer(browser, base, changes, message):
    answer = browser.client.post(f"{base}/neu", data={**TYPED, **changes})
    assert answer.status_code == 422
    assert message in answer.text


def test_the_search_finds_part_of_a_name_in_any_case_and_takes_signs_literally(browser, base, kreis):
    for name in ("Wohlfahrtsverband Mitte", "Verein 100 %"):
        traeger(kreis, name)
    assert "Wohlfahrtsverband" in browser.client.get(f"{base}?name=VERBAND").text
    assert "Verein" not in browser.client.get(f"{base}?name=VERBAND").text.split("<table")[1]
    assert "Wohlfahrtsverband" not in browser.client.get(f"{base}?name=100+%25").text.split("<table")[1]
    assert "Kein passender Eintrag" in browser.client.get(f"{base}?name=nichts").text
    assert "Kein passender Eintrag" in browser.client.get(f"{base}?art=amt").text


def test_another_tenant_does_not_find_the_entry(browser, base, district, kreis, stadt):
    entry = traeger(kreis)
    browser.as_(stadt)
    assert browser.client.get(f"/t/{district.stadt.slug}/mittel/adressbuch/{entry}").status_code == 404


def test_an_auditor_reads_only(browser, base, district, kreis):
    entry = traeger(kreis)
    browser.as_(district.kreis.actor(Role.AUDITOR))
    assert "Eintrag ändern" not in browser.client.get(f"{base}/{entry}").text
    assert browser.client.post(f"{base}/neu", data=TYPED).status_code == 403
