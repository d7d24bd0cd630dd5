"""The distribution in the browser: what a KI coordinator does with the money of the Kreis, without scripts."""

from __future__ import annotations

import re

import pytest

from tenants import Role
from tests.distributions.conftest import TWO
from tests.factories.ledger import euro, granted, traeger
from tests.support.acting import acting
from tests.support.browser import save


@pytest.fixture
def browser(ctx, kreis):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.kreis.slug}/mittel/verteilungen"


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def inputs(page):
    """Return what a browser would send of the form with the inputs."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page, flags=re.DOTALL):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name or name[1] == "csrf_token" or ('type="checkbox"' in tag and "checked" not in tag):
            continue
        found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, flags=re.DOTALL):
        chosen = re.search(r'value="([^"]*)"\s+selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


@pytest.fixture
def sheet(browser, base, distribution_id):
    """The inputs of the stored distribution as its page shows them."""
    return inputs(browser.client.get(f"{base}/{distribution_id}").text)


@pytest.fixture
def page_of(base, distribution_id):
    """The address of the stored distribution."""
    return f"{base}/{distribution_id}"


def send(browser, base, distribution_id, typed, **changes):
    return browser.client.post(f"{base}/{distribution_id}/rechnen", data={**typed, **changes})


def test_the_page_shows_shares_remainders_and_what_is_left(browser, base, distribution_id):
    page = plain(browser.client.get(f"{base}/{distribution_id}").text)
    for text in ("1,50", "85.500,00 €", "114.000,00 €", "200.000,00 €", "86.000,00 €", "in Vorbereitung"):
        assert text in page


def test_a_new_distribution_begins_with_all_gemeinden(browser, base, fund):
    page = browser.client.get(f"{base}/neu").text
    assert "Case Management, noch frei 2026: 200.000,00 € (KIM 2026)" in plain(page)
    typed = {"title": "Case Management", "money": f"{fund}.case_management", "measure": "fte", "total": "2,5"}
    answer = browser.client.post(f"{base}/neu", data=typed)
    assert answer.status_code == 303
    page = plain(browser.client.get(answer.location).text)
    assert "Musterstadt" in page
    assert "Öhringhausen" in page
    assert "Fernstadt" not in page
    assert "142.500,00 €" in page


def test_a_kreisfreie_stadt_distributes_among_its_traeger(browser, district):
    """As Köln passes on case managers to free providers (fachlichkeit.md §3); there is no population to go by."""
    stadt = district.stadt.actor(Role.KI_COORDINATOR)
    fund, base = granted(stadt, euro(600_000)), f"/t/{district.stadt.slug}/mittel/verteilungen"
    client = browser.as_(stadt)
    assert "Nehmen Sie zuerst die Träger in das Adressbuch auf" in client.get(f"{base}/neu").text
    for name in ("Caritasverband", "Diakonie"):
        traeger(stadt, name)
    typed = {"title": "Case Management", "money": f"{fund}.case_management", "measure": "fte", "total": "10"}
    page = plain(client.get(client.post(f"{base}/neu", data=typed).location).text)
    assert "Verteilt <strong>10,0 VZÄ</strong> von 10,0 VZÄ" in page
    assert page.count("285.000,00 €") == 2


def test_without_money_the_page_says_what_comes_first(browser, base, kreis):
    assert "Erfassen Sie zuerst den Bescheid" in browser.client.get(f"{base}/neu").text


def test_a_total_that_cannot_be_read_stays_typed(browser, base, fund):
    typed = {"title": "X", "money": f"{fund}.case_management", "measure": "fte", "total": "viele"}
    answer = browser.client.post(f"{base}/neu", data=typed)
    assert answer.status_code == 422
    assert 'value="viele"' in answer.text


def test_calculating_stores_nothing(browser, base, distribution_id, sheet):
    page = send(browser, base, distribution_id, sheet, total="3", ziel="rechnen")
    assert page.status_code == 200
    assert "noch nicht gespeichert" in page.text
    assert "171.000,00 €" in plain(page.text)
    assert "171.000,00 €" not in plain(browser.client.get(f"{base}/{distribution_id}").text)


def test_htmx_gets_the_result_alone(browser, base, distribution_id, sheet):
    page = browser.client.post(
        f"{base}/{distribution_id}/rechnen", data={**sheet, "total": "3"}, headers={"HX-Request": "true"}
    )
    assert "171.000,00 €" in plain(page.text)
    assert "<form" not in page.text


def test_htmx_also_gets_the_figures_of_each_row_and_the_sum(browser, base, distribution_id, sheet):
    page = browser.client.post(
        f"{base}/{distribution_id}/rechnen", data={**sheet, "total": "3"}, headers={"HX-Request": "true"}
    )
    for place, figure in (("ergebnis-0-share", "2,50"), ("ergebnis-1-amount", "28.500,00 €")):
        assert re.search(
            rf'id="{place}"\s+hx-swap-oob="true">\s*{figure}', page.text.replace("\N{NO-BREAK SPACE}", " ")
        )
    assert 'id="bilanz" hx-swap-oob="true"' in page.text


def test_htmx_gets_what_is_wrong_in_place_of_the_result(browser, base, distribution_id, sheet):
    page = browser.client.post(
        f"{base}/{distribution_id}/rechnen", data={**sheet, "total": "2,2"}, headers={"HX-Request": "true"}
    )
    assert page.status_code == 200
    assert 'href="#feld-total"' in page.text


def test_a_waiver_moves_the_share_to_the_others(browser, base, distribution_id, sheet):
    page = send(browser, base, distribution_id, sheet, **{"parties.0.part": "redistributed"})
    assert "verzichtet, auf die anderen verteilt" in page.text
    page = send(browser, base, distribution_id, sheet, **{"parties.0.part": "kept"})
    assert "1,5 VZÄ bleiben hier" in plain(page.text)


def test_who_does_not_take_part_is_no_party(browser, base, distribution_id, sheet):
    page = send(browser, base, distribution_id, sheet, **{"parties.0.part": "nein", "ziel": "speichern"})
    assert page.status_code == 303
    again = inputs(browser.client.get(page.location).text)
    assert (again["parties.0.part"], again["parties.1.part"]) == ("nein", "ja")


def test_problems_stand_at_the_row_they_are_about(browser, base, distribution_id, sheet):
    page = send(browser, base, distribution_id, sheet, **{"parties.0.part": "nein", "parties.1.key": "viele"})
    assert page.status_code == 422
    assert 'id="feld-parties-1-key-fehler"' in page.text
    page = send(browser, base, distribution_id, sheet, **{"parties.1.share": "0,7"})
    assert 'id="feld-parties-1-share-fehler"' in page.text
    page = send(browser, base, distribution_id, sheet, **{"parties.1.share": "3"})
    assert "mehr festgelegt" in page.text


def test_everything_typed_is_saved(browser, base, distribution_id, sheet):
    changes = {
        "title": "Neuer Titel", "total": "2,5", "minimum": "0,5", "minimum_for_all": "1", "key_name": "Zuzüge",
        "key_day": "31.12.2025", "step": "0,25", "rate": "58.000", "parties.0.share": "1,5", "ziel": "speichern",
    }  # fmt: skip
    answer = send(browser, base, distribution_id, sheet, **changes)
    assert answer.status_code == 303
    again = inputs(browser.client.get(answer.location).text)
    wanted = {
        **changes, "total": "2,50", "minimum": "0,50", "rate": "58.000", "parties.0.share": "1,50",
    }  # fmt: skip
    assert {name: again[name] for name in wanted if name != "ziel"} == {
        name: value for name, value in wanted.items() if name != "ziel"
    }


def test_a_colleagues_change_is_not_overwritten(browser, base, distribution_id, sheet):
    send(browser, base, distribution_id, sheet, total="2,5", ziel="speichern")
    assert send(browser, base, distribution_id, sheet, total="3", ziel="speichern").status_code == 409


def test_from_the_check_to_issued_allocations(browser, base, distribution_id, sheet):
    answer = send(browser, base, distribution_id, sheet, ziel="pruefen")
    check = browser.client.get(answer.location).text
    assert "86.000,00 €" in plain(check)
    assert "Entwürfe sieht nur Ihre Kommune" in check
    typed = {**inputs(check), "conditions": "Zuwendungszweck beachten."}
    answer = browser.client.post(f"{base}/{distribution_id}/pruefen", data=typed)
    assert answer.status_code == 303
    page = plain(browser.client.get(answer.location).text)
    assert "Entwürfe angelegt" in page
    assert "Alle erteilen" in page
    assert 'name="total"' not in page
    check = plain(browser.client.get(f"{base}/{distribution_id}/erteilen").text)
    assert "2 Weiterleitungen erteilen" in check
    assert "86.000,00 €" in check, "what is left of the fund afterwards"
    answer = browser.client.post(f"{base}/{distribution_id}/erteilen")
    assert answer.status_code == 303
    page = browser.client.get(answer.location).text
    assert page.count(">erteilt<") >= 2
    (first, *_) = re.findall(r'href="(/t/[^"]*/mittel/weiterleitungen/[^"]+)"', page)
    assert "85.500,00 €" in plain(browser.client.get(first).text)
    assert "erteilt" in browser.client.get(base).text


def test_what_the_fund_lacks_is_said_before_anything_is_made(browser, base, distribution_id, sheet):
    page = plain(send(browser, base, distribution_id, sheet, total="4", ziel="speichern").text)
    page = plain(browser.client.get(f"{base}/{distribution_id}").text)
    assert "Es fehlen 28.000,00 €" in page
    check = plain(browser.client.get(f"{base}/{distribution_id}/pruefen").text)
    assert "So lassen sich keine Weiterleitungen anlegen" in check
    assert "Entwürfe anlegen" not in check


def test_a_missing_date_of_the_allocations_is_asked_for(browser, base, distribution_id):
    answer = browser.client.post(f"{base}/{distribution_id}/pruefen", data={"version": "1", "issued_on": ""})
    assert answer.status_code == 422
    assert 'id="feld-issued_on-fehler"' in answer.text


def test_discarding_gives_the_inputs_back(browser, base, distribution_id):
    browser.client.post(f"{base}/{distribution_id}/pruefen", data={"version": "1", "issued_on": "1.3.2026"})
    assert save(browser.client, f"{base}/{distribution_id}/verwerfen", {}).status_code == 303
    assert 'name="total"' in browser.client.get(f"{base}/{distribution_id}").text


def test_deleting_leaves_the_list_empty(browser, base, distribution_id):
    assert save(browser.client, f"{base}/{distribution_id}/loeschen", {}).status_code == 303
    assert "Noch keine Verteilung" in browser.client.get(base).text


def test_whoever_may_only_read_sees_no_buttons_to_change(browser, base, district, distribution_id):
    browser.as_(district.kreis.actor(Role.AUDITOR))
    page = browser.client.get(f"{base}/{distribution_id}").text
    assert "Speichern" not in page
    assert "Neu berechnen" in page


def test_a_stored_distribution_that_cannot_be_made_shows_why(browser, base, store):
    distribution_id = store({**TWO, "total": "0.5", "minimum": "1", "step": "0.5"})
    page = browser.client.get(f"{base}/{distribution_id}")
    assert page.status_code == 200
    assert "weniger als der Mindestanteil" in plain(page.text)
