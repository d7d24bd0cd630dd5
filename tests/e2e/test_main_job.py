"""The main job, as people do it: Köln plans and reports, Troisdorf asks its Kreis, Bornheim sees why it cannot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.conftest import Album, Portal, Visit
from tests.e2e.doing import expect_state, follow, main, press, tile, words

pytestmark = pytest.mark.e2e

JOB_SECONDS = 60
"""A report waits for relay and worker and is then set by Typst."""


def test_koeln_asks_what_if_and_hands_the_overview_to_its_committees(
    visit: Visit, portal: Portal, album: Album, tmp_path: Path
) -> None:
    page = visit()
    page.goto(portal.address)
    album.take(page, "anmelden")
    portal.sign_in(page, "ki@koeln.example")
    album.take(page, "heute")
    follow(page, "Mittel")
    follow(page, "Finanzierungspläne")
    main(page).get_by_role("link", name="Kommunales Integrationsmanagement").click()
    calculation = page.locator("#rechnung")
    expect(tile(calculation, "Eigenanteil")).to_contain_text("380.108,05 €")
    album.take(page, "plan")

    managers = page.locator('[name="positions.traeger.fte.2022"]')
    expect(managers).to_have_value("10,00")
    managers.fill("6,0")
    managers.press("Tab")
    both = calculation.get_by_text("Eigenanteil bisher 380.108,05 €, mit Ihren Änderungen 328.108,05 €.")
    expect(both).to_be_visible()
    expect(tile(calculation, "Eigenanteil")).to_contain_text("328.108,05 €")
    expect(managers).to_have_value("6,0")
    expect(page.locator("#bilanz")).to_be_in_viewport()  # the answer stands beside the question
    expect(page.locator("#bilanz")).to_contain_text("328.108,05 €, bisher 380.108,05 €")
    page.locator("#was-waere-wenn").scroll_into_view_if_needed()
    album.take(page, "was-waere-wenn-eingabe")
    page.evaluate("scrollTo(0, 0)")
    album.take(page, "was-waere-wenn")

    page.once("dialog", lambda dialog: dialog.accept())  # what is not saved is not left unasked
    page.reload()
    expect(tile(calculation, "Eigenanteil")).to_contain_text("380.108,05 €")  # nothing was stored
    order_overview(page)
    album.take(page, "bericht")
    with page.expect_download() as sent:
        page.get_by_role("link", name="PDF herunterladen").click()
    file = tmp_path / sent.value.suggested_filename
    sent.value.save_as(file)
    assert file.suffix == ".pdf"
    text = words("".join(sheet.extract_text() for sheet in PdfReader(file).pages))
    for amount in ("1.686.708,05 €", "1.306.600,00 €", "380.108,05 €"):
        assert amount in text or amount.removesuffix(" €") in text
    assert "Köln" in text
    album.take_sheet(file, "bericht-pdf-seite1")


def test_troisdorf_asks_and_the_kreis_decides_after_a_question(
    troisdorf: Page, kreis: Page, album: Album
) -> None:
    open_requests(troisdorf)
    main(troisdorf).get_by_role("link", name="Koordinierungsstelle Kommunales Integrationsmanagement").click()
    request_to_endorsement(troisdorf, kreis, album)


def test_the_request_needs_no_javascript(visit: Visit) -> None:
    troisdorf = visit("integration@troisdorf.example", java_script_enabled=False)
    kreis = visit("ki@rhein-sieg-kreis.example", java_script_enabled=False)
    open_requests(troisdorf)
    troisdorf.get_by_role("link", name="Stellenantrag beginnen").first.click()
    troisdorf.get_by_label("Bezeichnung der Stelle").fill("Koordinierungsstelle ohne Skript")
    troisdorf.get_by_label("Stellenanteil").fill("0,5")
    troisdorf.get_by_label("Beginn").fill("1.7.2027")
    troisdorf.get_by_label("Begründung").fill("Die Stelle verbindet Ausländerbehörde und Jugendamt.")
    troisdorf.locator("main form button[type=submit]").click()
    request_to_endorsement(troisdorf, kreis, Album(None))


def test_bornheim_sees_why_its_request_is_not_possible(bornheim: Page, album: Album) -> None:
    open_requests(bornheim)
    main(bornheim).get_by_role("link", name="Koordinierungsstelle Kommunales Integrationsmanagement").click()
    reason = "Ihre Kommune hat nach diesen Angaben keine eigene Ausländerbehörde."
    expect(main(bornheim)).to_contain_text(reason)
    follow(bornheim, "Antrag einreichen")
    expect(main(bornheim)).to_contain_text("Der Antrag kann noch nicht eingereicht werden")
    expect(main(bornheim)).to_contain_text(reason)
    expect(bornheim.get_by_role("button", name="Antrag einreichen")).to_have_count(0)
    album.take(bornheim, "antrag-bornheim")


def request_to_endorsement(gemeinde: Page, kreis: Page, album: Album) -> None:
    """Take a draft that `gemeinde` looks at through submission, question and answer to the endorsement."""
    address = gemeinde.url.partition("/stellen/")[2]
    album.take(gemeinde, "antrag-troisdorf")
    follow(gemeinde, "Antrag einreichen")
    press(gemeinde, "Antrag einreichen")
    expect_state(gemeinde, "eingereicht")

    open_requests(kreis)
    kreis.locator(f'main a[href$="{address}"]').click()
    expect_state(kreis, "eingereicht")
    album.take(kreis, "antrag-kreis")
    follow(kreis, "Rückfrage stellen")
    kreis.get_by_label("Ihre Rückfrage").fill("Wann tagt der Integrationsrat dazu?")
    press(kreis, "Rückfrage stellen")
    expect_state(kreis, "Rückfrage")

    gemeinde.reload()
    expect_state(gemeinde, "Rückfrage")
    follow(gemeinde, "Rückfrage beantworten")
    expect(main(gemeinde)).to_contain_text("Wann tagt der Integrationsrat dazu?")
    gemeinde.get_by_label("Ihre Antwort").fill("Der Integrationsrat berät am 12.01.2027.")
    press(gemeinde, "Rückfrage beantworten")
    expect_state(gemeinde, "beantwortet")

    kreis.reload()
    follow(kreis, "Antrag befürworten")
    press(kreis, "Antrag befürworten")
    expect_state(kreis, "befürwortet")
    gemeinde.reload()
    expect_state(gemeinde, "befürwortet")

    run = timeline(kreis)
    assert [state for state, *_ in run] == ["befürwortet", "beantwortet", "Rückfrage", "eingereicht"]
    assert timeline(gemeinde) == run
    kreis.locator("#verlauf").scroll_into_view_if_needed()
    album.take(kreis, "verlauf")


def order_overview(page: Page) -> None:
    """From a plan's page to its built Finanzierungsübersicht."""
    follow(page, "Finanzierungsübersicht erstellen")
    page.get_by_label("Aktenzeichen").fill("V/2-50.30-2021")
    press(page, "Bericht erstellen")
    ready = main(page).get_by_role("link", name=re.compile("Bericht öffnen|PDF herunterladen"))
    expect(ready).to_be_visible(timeout=JOB_SECONDS * 1000)
    if ready.inner_text().startswith("Bericht"):
        ready.click()
    expect(main(page)).to_contain_text("1.686.708,05 €")


def open_requests(page: Page) -> None:
    """Come from the own desk to the requests."""
    follow(page, "Stellen")


def timeline(page: Page) -> list[tuple[str, str, str, str]]:
    """State, moment, what happened and the words that go with it, of each step on the page."""
    found = []
    for entry in page.locator(".kh-timeline__entry").all():
        state = entry.locator(".kern-badge").inner_text()
        title = words(entry.locator(".kh-timeline__title").inner_text()).removesuffix(state).strip()
        note = entry.locator(".kh-timeline__note")
        found.append(
            (
                state.strip(),
                words(entry.locator(".kh-timeline__meta").inner_text()),
                title,
                words(note.inner_text()) if note.count() else "",
            )
        )
    return found
