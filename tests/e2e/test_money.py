"""The money, as people keep it: bookings one by one and from a file, and the overview that follows them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Album, Visit
from tests.e2e.doing import expect_state, follow, main, press, tile

pytestmark = pytest.mark.e2e

JOB_SECONDS = 60
"""A file waits for relay and worker."""
FILE = """Belegnummer;Buchungsdatum;Betrag;Teilplanzeile;Baustein;Zweck;Haushaltsjahr
2022-9001;15.06.2022;1.000,50;16;1;Begleitausgaben;2022
2022-9002;16.06.2022;{second};16;1;Begleitausgaben;2022
"""


def test_a_booking_and_its_reversal_show_in_the_overview(koeln: Page, album: Album) -> None:
    before = spent(koeln)
    album.take(koeln, "mitteluebersicht")
    follow(koeln, "Ausgaben")
    follow(koeln, "Ausgabe buchen")
    koeln.get_by_label("Belegnummer").fill("2022-8001")
    koeln.get_by_label("Buchungstag").fill("1.6.2022")
    koeln.get_by_label("Betrag").fill("1.234,56")
    koeln.get_by_label("Zweck").select_option("begleitausgaben")
    koeln.get_by_label("Teilplanzeile").select_option("16")
    press(koeln, "Buchen")
    assert spent(koeln) - before == Decimal("1234.56")

    follow(koeln, "Ausgaben")
    koeln.get_by_label("Beleg, Text").fill("2022-8001")
    press(koeln, "Anwenden")
    main(koeln).get_by_role("link", name="2022-8001", exact=True).click()
    follow(koeln, "Stornieren")
    koeln.get_by_label("Begründung").fill("Falscher Betrag")
    press(koeln, "Stornieren")
    assert spent(koeln) == before


def test_a_file_with_an_error_books_nothing_and_the_corrected_one_everything(
    koeln: Page, album: Album, tmp_path: Path
) -> None:
    before = spent(koeln)
    upload(koeln, tmp_path / "fehler.csv", FILE.format(second="-2,00"))
    wait_for_result(koeln)
    expect(main(koeln)).to_contain_text("Es wurde nichts gebucht")
    expect(koeln.locator("#pruefung")).to_contain_text("Betrag")
    album.take(koeln, "import-auffaelligkeiten")
    upload(koeln, tmp_path / "richtig.csv", FILE.format(second="2.000,00"))
    wait_for_result(koeln)
    expect(koeln.locator("#summen")).to_contain_text("3.000,50")
    album.take(koeln, "import-pruefung")
    press(koeln, "Ausgaben buchen")
    wait_for_result(koeln)
    expect(main(koeln)).to_contain_text("Alle Ausgaben der Datei sind gebucht")
    assert spent(koeln) - before == Decimal("3000.50")


def test_kreis_unna_passes_money_on_and_never_more_than_there_is(visit: Visit, album: Album) -> None:
    kreis, kamen = visit("ki@kreis-unna.example"), visit("integration@kamen.example")
    prepare_allocation(kreis, "Zusätzliches Case Management", "99.999.999,00")
    expect_state(kreis, "Entwurf")
    follow(kreis, "Prüfen und erteilen")
    expect(main(kreis)).to_contain_text("Die Mittel reichen nicht")
    expect(main(kreis).get_by_role("button", name="Weiterleitung erteilen")).to_have_count(0)
    album.take(kreis, "weiterleitung-reicht-nicht")

    prepare_allocation(kreis, "Halbe Stelle für Kamen", "28.500,00", share="0,5")
    follow(kreis, "Prüfen und erteilen")
    press(kreis, "Weiterleitung erteilen")
    open_allocation(kamen, "Halbe Stelle für Kamen")
    expect_state(kamen, "erteilt")
    album.take(kamen, "weiterleitung-erhalten")
    follow(kamen, "Erhalt bestätigen")
    press(kamen, "Erhalt bestätigen")
    expect_state(kamen, "bestätigt")
    expect(main(kamen)).to_contain_text("28.500,00 €")


def prepare_allocation(page: Page, title: str, amount: str, share: str = "") -> None:
    """Prepare an allocation of the Kreis Unna to Kamen as a draft."""
    follow(page, "Mittel")
    follow(page, "Weiterleitungen")
    follow(page, "Neue Weiterleitung")
    follow(page, "Aus diesen Mitteln weiterleiten")
    recipient = page.get_by_label("Empfängerin")
    recipient.select_option(
        recipient.locator("option", has_text=re.compile(r"\bKamen\b")).first.get_attribute("value")
    )
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Betrag").fill(amount)
    page.get_by_label("Stellenanteil").fill(share)
    press(page, "Entwurf speichern")


def open_allocation(page: Page, title: str) -> None:
    """Open a received allocation."""
    follow(page, "Mittel")
    follow(page, "Weiterleitungen")
    follow(page, "Erhalten")
    main(page).get_by_role("row").filter(has_text=title).get_by_role("link").click()


def upload(page: Page, file: Path, content: str) -> None:
    """Send a file as finance software writes it."""
    file.write_bytes(content.encode("cp1252"))
    follow(page, "Ausgaben")
    follow(page, "Datei einlesen")
    page.locator("input[type=file]").set_input_files(file)
    press(page, "Hochladen und prüfen")


def wait_for_result(page: Page) -> None:
    """Wait until the file was worked on, and look at what came of it."""
    done = main(page).get_by_role("link", name="Ergebnis ansehen")
    shown = page.locator("#pruefung, #summen").first
    expect(done.or_(shown).first).to_be_visible(timeout=JOB_SECONDS * 1000)
    if done.is_visible():
        done.click()
    expect(shown).to_be_visible()


def spent(page: Page) -> Decimal:
    """Return what Köln's overview of 2022 says was spent, in euro."""
    follow(page, "Mittel")
    page.get_by_label("Haushaltsjahr", exact=True).select_option("2022")
    press(page, "Anwenden")
    shown = tile(main(page), "Ausgegeben").locator(".kh-tile__value").inner_text()
    return Decimal(re.sub(r"[^0-9,]", "", shown).replace(",", "."))
