"""Reading files in, in the browser and over the API."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from io import BytesIO, StringIO
from uuid import uuid4

import openpyxl
import pytest

from tenants import Role
from tests.spending.conftest import RENT
from tests.spending.files import GOOD, HEAD, STAFF, changed, csv_file
from tests.spending.test_pages import plain
from tests.support.acting import acting
from tests.support.browser import save
from tests.support.jobs import do_jobs

IMPORTS = "/api/v1/expenditure-imports"


@pytest.fixture
def browser(ctx, coordinator):
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/ausgaben"


def send(browser, base, content, name="buchungen.csv"):
    return browser.client.post(
        f"{base}/dateien/neu", data={"file": (BytesIO(content), name)}, content_type="multipart/form-data"
    )


def test_a_file_goes_from_upload_over_the_check_page_into_the_books(browser, base, coordinator):
    answer = send(browser, base, csv_file(GOOD, STAFF))
    assert answer.status_code == 303
    assert "wird geprüft" in browser.client.get(answer.location).text
    do_jobs(coordinator)
    page = plain(browser.client.get(answer.location).text)
    assert "Das wird gebucht" in page
    assert "2 Ausgaben werden gebucht, zusammen 8.242,89 €" in page
    assert browser.client.post(f"{answer.location}/buchen").status_code == 303
    assert "wird gebucht" in browser.client.get(answer.location).text
    do_jobs(coordinator)
    assert "Alle Ausgaben der Datei sind gebucht" in browser.client.get(answer.location).text
    assert "fertig" in browser.client.get(f"{answer.location}/fortschritt").text
    assert "2 Buchungen, Summe 8.242,89 €" in plain(browser.client.get(base).text)
    again = send(browser, base, csv_file(GOOD, STAFF))
    do_jobs(coordinator)
    assert "Diese Datei wurde schon einmal gebucht" in browser.client.get(again.location).text


def test_a_booking_says_which_file_and_row_it_was_read_from(browser, base, coordinator, book):
    location = send(browser, base, csv_file(GOOD, STAFF)).location
    do_jobs(coordinator)
    browser.client.post(f"{location}/buchen")
    do_jobs(coordinator)
    book()
    lines = csv.DictReader(
        StringIO(browser.client.get(f"{base}/liste.csv").data.decode("utf-8-sig")), delimiter=";"
    )
    assert {(line["Belegnummer"], line["Eingelesen aus"], line["Zeile"]) for line in lines} == {
        ("RE-1", "buchungen.csv", "2"), ("PK-6", "buchungen.csv", "3"), (RENT.receipt_number, "", ""),
    }  # fmt: skip
    (address,) = re.findall(rf'href="({base}/[0-9a-f-]+)"[^>]*>PK-6<', browser.client.get(base).text)
    page = browser.client.get(address).text
    assert "aus der Einlesung buchungen.csv (Zeile 3)" in plain(page)
    assert f'href="{location}"' in page


def test_findings_are_shown_page_by_page_and_the_copy_can_be_downloaded(browser, base, coordinator):
    rows = [changed(Belegnummer=f"R{number}", Betrag="-1") for number in range(60)]
    here = send(browser, base, csv_file(*rows)).location
    do_jobs(coordinator)
    page = browser.client.get(here).text
    assert "60 Fehler stehen einer Buchung entgegen" in plain(page)
    assert "Ausgaben buchen" not in page
    following = re.search(r'href="([^"]*nach=[^"]*)"', page)[1].replace("&amp;", "&")
    assert "61" in plain(browser.client.get(following).text)
    copy = browser.client.get(f"{here}/geprueft")
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert copy.data.decode("utf-8-sig").count("größer als null") == 60
    assert browser.client.get(f"{here}/datei").data == csv_file(*rows)


def test_what_is_no_table_is_refused_at_the_field(browser, base):
    page = send(browser, base, b"%PDF-1.7 %%EOF", "rechnung.pdf")
    assert page.status_code == 422
    assert "Das ist ein PDF" in page.text
    assert browser.client.post(f"{base}/dateien/neu").status_code == 422


def test_the_desk_shows_files_that_wait(browser, base, coordinator, district):
    send(browser, base, csv_file(GOOD))
    do_jobs(coordinator)
    page = browser.client.get(f"/t/{district.stadt.slug}/").text
    assert "Geprüfte Datei buchen" in page


def test_a_file_can_be_discarded(browser, base, coordinator):
    here = send(browser, base, csv_file(GOOD)).location
    do_jobs(coordinator)
    assert save(browser.client, f"{here}/verwerfen", {}).status_code == 303
    assert "verworfen" in browser.client.get(f"{base}/dateien").text
    page = browser.client.post(f"{here}/buchen", follow_redirects=True).text
    assert "in einem anderen Stand" in page


@pytest.mark.parametrize("ending", ["", "/fortschritt", "/datei", "/geprueft"])
def test_another_tenants_file_is_not_found(browser, base, coordinator, district, ending):
    taken = send(browser, base, csv_file(changed(Betrag="x"))).location.rsplit("/", 1)[1]
    do_jobs(coordinator)
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    own = f"/t/{district.kreis.slug}/mittel/ausgaben/dateien"
    for unknown in (taken, uuid4()):
        assert browser.client.get(f"{own}/{unknown}{ending}").status_code == 404


def test_the_template_offers_the_tenants_own_codes_and_can_be_read_in(browser, base, book, coordinator):
    book(replace(RENT, position_reference="E13-01"))
    content = browser.client.get(f"{base}/vorlage.xlsx").data
    workbook = openpyxl.load_workbook(BytesIO(content))
    sheet, codes = workbook["Ausgaben"], workbook["Angaben"]
    assert [cell.value for cell in sheet[1]][:2] == ["Belegnummer", "Buchungsdatum"]
    words = {cell.value for row in codes.iter_rows() for cell in row}
    assert {"E13-01", "Begleitausgaben", "16", "Baustein 2"} <= words
    choices = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    for start, first in {"G2": "Koordinierungsstelle", "E2": "11", "H2": "E13-01", "F2": "1"}.items():
        place = choices[start].split("!")[1].split(":")[0].replace("$", "")
        assert codes[place].value == first
    for column, value in zip(
        "ABCDEG", ("RE-5", "15.06.2021", 2021, 12.5, "16", "Begleitausgaben"), strict=True
    ):
        sheet[f"{column}2"] = value
    filled = BytesIO()
    workbook.save(filled)
    here = send(browser, base, filled.getvalue(), "vorlage.xlsx").location
    do_jobs(coordinator)
    assert "Eine Ausgabe wird gebucht, zusammen 12,50 €" in plain(browser.client.get(here).text)
    head = browser.client.get(f"{base}/vorlage.csv").data.decode("utf-8-sig").strip().split(";")
    assert set(HEAD) == set(head)


def test_an_own_download_is_read_in_again_as_it_was(browser, base, book, coordinator, district):
    book(replace(RENT, text="=1+1", recipient="-Müller"))
    content = browser.client.get(f"{base}/liste.csv").data
    other = district.gemeinde
    browser.as_(other.actor(Role.OFFICER))
    here = send(browser, f"/t/{other.slug}/mittel/ausgaben", content).location
    do_jobs(other.actor(Role.OFFICER))
    browser.client.post(f"{here}/buchen")
    do_jobs(other.actor(Role.OFFICER))
    (row,) = browser.client.get("/api/v1/expenditures").json["items"]
    assert (row["text"], row["recipient"], row["amount"]) == ("=1+1", "-Müller", "1234.56")


def test_a_program_uploads_reads_the_findings_and_books(browser, coordinator):
    key = {"Idempotency-Key": str(uuid4())}

    def upload(content, **headers):
        return browser.client.post(
            IMPORTS,
            data={"file": (BytesIO(content), "b.csv")},
            content_type="multipart/form-data",
            headers=headers,
        )

    answer = upload(csv_file(GOOD), **key)
    assert (answer.status_code, answer.json["state"]) == (201, "checking")
    waiting = browser.client.get(answer.location)
    assert waiting.headers["Retry-After"] == "2"
    assert waiting.json["progress"]["stage"]
    do_jobs(coordinator)
    checked = browser.client.get(answer.location)
    assert checked.headers["ETag"] != waiting.headers["ETag"]
    found = checked.json
    assert (found["state"], found["rows"], found["amount"], found["progress"]) == (
        "ready",
        1,
        "1234.56",
        None,
    )
    assert found["sums"] == [{"year": 2021, "baustein": 1, "count": 1, "amount": "1234.56"}]
    unchecked = {"If-Match": waiting.headers["ETag"]}
    assert browser.client.post(f"{answer.location}/book", headers=unchecked).status_code == 412
    ready = {"If-Match": checked.headers["ETag"]}
    booking = browser.client.post(f"{answer.location}/book", headers=ready)
    assert booking.json["state"] == "booking"
    late = browser.client.post(f"{answer.location}/discard", headers={"If-Match": booking.headers["ETag"]})
    assert late.status_code == 409
    do_jobs(coordinator)
    assert browser.client.get(answer.location).json["state"] == "booked"
    faulty = upload(csv_file(GOOD, changed(Betrag="x"))).location
    do_jobs(coordinator)
    first = browser.client.get(f"{faulty}/findings?limit=1").json
    assert [(item["row"], item["column"]) for item in first["items"]] == [(2, "Belegnummer")]
    second = browser.client.get(f"{faulty}/findings?limit=1&cursor={first['next_cursor']}").json
    assert [item["code"] for item in second["items"]] == ["wert-unlesbar"]
    assert len(browser.client.get(f"{IMPORTS}?limit=1").json["items"]) == 1
    assert upload(b"%PDF-1.7").status_code == 422


def test_a_program_of_another_tenant_finds_no_file(browser, district):
    answer = browser.client.post(
        IMPORTS, data={"file": (BytesIO(csv_file(GOOD)), "b.csv")}, content_type="multipart/form-data"
    )
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    for step in ("", "/findings"):
        assert browser.client.get(answer.location + step).status_code == 404
    for step in ("/book", "/discard"):
        assert browser.client.post(answer.location + step).status_code == 404
