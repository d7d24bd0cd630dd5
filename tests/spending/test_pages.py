"""The books in the browser."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from uuid import uuid4

import openpyxl
import pytest

from kimhub.programme.public import GrantPurpose
from tenants import Role
from tests.spending.conftest import RENT
from tests.support.acting import acting

TYPED = {
    "receipt_number": "RE-2021-0017",
    "booked_on": "15.6.2021",
    "amount": "1.234,56",
    "purpose": "sachausgaben_koordination",
    "teilplanzeile": "16",
    "text": "Miete",
}


@pytest.fixture
def browser(ctx, coordinator):
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/ausgaben"


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.replace("\N{NO-BREAK SPACE}", " ")))


def test_an_empty_list_says_what_belongs_there(browser, base):
    page = browser.client.get(base)
    assert page.status_code == 200
    assert "Noch keine Ausgaben" in page.text


def test_one_booking_leads_to_the_next(browser, base):
    answer = browser.client.post(f"{base}/neu", data=TYPED)
    assert answer.status_code == 303
    page = browser.client.get(answer.location)
    assert "RE-2021-0017" in page.text
    assert "1.234,56 €" in plain(page.text)
    assert 'value="15.06.2021"' in page.text, "the day is probably the same"
    assert re.search(r'value="sachausgaben_koordination"\s+selected', page.text)
    assert 'value="1.234,56"' not in page.text


def test_what_cannot_be_booked_is_said_at_its_field_and_stays_typed(browser, base):
    page = browser.client.post(f"{base}/neu", data={**TYPED, "amount": "12,345", "period_from": "1.6.2021"})
    assert page.status_code == 422
    assert "nicht eindeutig" in page.text or "Nachkommastellen" in page.text
    assert 'value="12,345"' in page.text
    page = browser.client.post(f"{base}/neu", data={**TYPED, "period_from": "1.6.2021"})
    assert page.status_code == 422
    assert "Ende des Leistungszeitraums" in page.text


def test_the_same_receipt_twice_is_said_at_the_number(browser, base):
    browser.client.post(f"{base}/neu", data=TYPED)
    page = browser.client.post(f"{base}/neu", data=TYPED)
    assert page.status_code == 422
    assert 'id="feld-receipt_number-fehler"' in page.text
    assert "schon gebucht" in page.text


def test_the_list_is_narrowed_and_summed(browser, base, book):
    book()
    book(replace(RENT, receipt_number="RE-2", year=2022, amount=Decimal("100.00")))
    book(replace(RENT, receipt_number="CM-3", purpose=GrantPurpose.CASE_MANAGEMENT, text="Träger 100%"))
    assert "3 Buchungen, Summe 2.569,12 €" in plain(browser.client.get(base).text)
    for query, count in {
        "jahr=2022": "1 Buchung, Summe 100,00 €",
        "baustein=1": "2 Buchungen, Summe 1.334,56 €",
        "teilplanzeile=16": "3 Buchungen",
        "beleg=cm-": "1 Buchung,",
        "beleg=100%25": "1 Buchung,",
        "beleg=miete&jahr=2021": "1 Buchung,",
    }.items():
        assert count in plain(browser.client.get(f"{base}?{query}").text), query
    assert "Kein passender Eintrag" in browser.client.get(f"{base}?teilplanzeile=11").text


@pytest.mark.parametrize(
    "query", ["jahr=x", "baustein=9", "teilplanzeile=02", "jahr=99999999999", "nach=x", "beleg=%00"]
)
def test_an_address_that_means_nothing_shows_the_list(browser, base, book, query):
    book()
    assert "1 Buchung," in plain(browser.client.get(f"{base}?{query}").text)


def test_many_bookings_come_page_by_page_and_whole_as_a_file(browser, base, book):
    for number in range(60):
        book(replace(RENT, receipt_number=f"B{number:02}", booked_on=date(2021, 1, 1 + number % 28)))
    first = browser.client.get(base).text
    following = re.search(r'href="([^"]*nach=[^"]*)"', first)[1].replace("&amp;", "&")
    second = browser.client.get(following).text
    found = [re.findall(r">(B\d\d)<", page) for page in (first, second)]
    assert [len(part) for part in found] == [50, 10]
    assert len(set(found[0] + found[1])) == 60
    lines = browser.client.get(f"{base}/liste.csv").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 61


def test_files_hold_what_the_list_shows_and_compute_nothing(browser, base, book):
    book(replace(RENT, text='=HYPERLINK("http://x.example")', recipient="@SUM(A1)", receipt_number="-1+1"))
    book(replace(RENT, receipt_number="RE-2", year=2022))
    raw = browser.client.get(f"{base}/liste.csv?jahr=2021")
    assert raw.headers["Content-Disposition"].startswith("attachment")
    (line,) = csv.DictReader(StringIO(raw.data.decode("utf-8-sig")), delimiter=";")
    assert line["Buchungstext"] == '\'=HYPERLINK("http://x.example")'
    assert (line["Empfänger"], line["Belegnummer"]) == ("'@SUM(A1)", "'-1+1")
    assert (line["Betrag"], line["Buchungsdatum"], line["Stand"]) == ("1234,56", "15.06.2021", "gebucht")
    workbook = openpyxl.load_workbook(BytesIO(browser.client.get(f"{base}/liste.xlsx?jahr=2021").data))
    head, row = workbook.active.iter_rows()
    cells = {name.value: cell for name, cell in zip(head, row, strict=True)}
    assert cells["Buchungstext"].data_type == "s"
    assert cells["Buchungstext"].value.startswith("=HYPERLINK")
    assert (cells["Betrag"].value, cells["Buchungsdatum"].is_date) == (1234.56, True)
    assert browser.client.get(f"{base}/liste.pdf").status_code == 404


def test_a_booking_is_reversed_after_a_look_at_what_follows(browser, base, book):
    booking = book()
    page = browser.client.get(f"{base}/{booking}")
    assert "Stornieren" in page.text
    check = browser.client.get(f"{base}/{booking}/stornieren")
    assert "Die Ausgaben des Haushaltsjahres 2021 sinken um 1.234,56 €" in plain(check.text)
    missing = browser.client.post(f"{base}/{booking}/stornieren", data={})
    assert missing.status_code == 422
    answer = browser.client.post(f"{base}/{booking}/stornieren", data={"reason": "Falscher Zweck"})
    assert answer.status_code == 303
    page = plain(browser.client.get(answer.location).text)
    assert "Diese Buchung ist storniert" in page
    assert "Falscher Zweck" in page
    again = browser.client.post(f"{base}/{booking}/stornieren", data={"reason": "Noch einmal"})
    assert again.status_code == 303
    assert "2 Buchungen, Summe 0,00 €" in plain(browser.client.get(base).text)


def test_a_reversed_booking_can_be_corrected_and_booked_anew(browser, base, book):
    booking = book()
    browser.client.post(f"{base}/{booking}/stornieren", data={"reason": "Falscher Zweck"})
    link = re.search(r'href="([^"]*neu\?neu=[^"]*)"', browser.client.get(f"{base}/{booking}").text)[1]
    page = browser.client.get(link).text
    assert 'value="RE-2021-0017"' in page
    assert 'value="1.234,56"' in page
    assert "Hier folgt die nächste Buchung" not in page


def test_who_only_reads_sees_no_button_that_writes(browser, base, book, district):
    booking = book()
    browser.as_(district.stadt.actor(Role.AUDITOR))
    assert "Ausgabe buchen" not in browser.client.get(base).text
    assert "Stornieren" not in browser.client.get(f"{base}/{booking}").text
    assert browser.client.get(f"{base}/neu").status_code == 403


@pytest.mark.parametrize("ending", ["", "/stornieren"])
def test_another_tenants_booking_is_not_found(browser, book, district, ending):
    booking = book()
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    own = f"/t/{district.kreis.slug}/mittel/ausgaben"
    foreign, random = (browser.client.get(f"{own}/{one}{ending}") for one in (booking, uuid4()))
    assert foreign.status_code == random.status_code == 404


def test_the_next_booking_does_not_begin_with_that_of_another_tenant(browser, book, district):
    booking = book()
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    page = browser.client.get(f"/t/{district.kreis.slug}/mittel/ausgaben/neu?nach={booking}&neu={booking}")
    assert page.status_code == 200
    assert "RE-2021-0017" not in page.text
