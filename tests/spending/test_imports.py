"""Files: checked without booking anything, then booked all or not at all."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from sqlalchemy import select, text

from kimhub.core.documents import DocumentRefusedError, UploadedFile
from kimhub.core.errors import ConflictError, ForbiddenError
from kimhub.programme.public import GrantPurpose
from kimhub.spending.imports import checking
from kimhub.spending.imports.queries import booked_before, get_import
from kimhub.spending.models import Expenditure, ImportFinding, ImportState
from kimhub.spending.public import (
    ReverseExpenditure,
    book_expenditure,
    reverse_expenditure,
    spent,
)
from kimhub.spending.usecases.confirm_import import confirm_import, discard_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Role, transaction
from tests.spending.conftest import RENT
from tests.spending.desk import Desk
from tests.spending.files import GOOD, HEAD, REAL, STAFF, changed, csv_file, xlsx_file


@pytest.fixture
def desk(ctx, coordinator):
    return Desk(coordinator)


def test_a_file_is_checked_first_and_booked_when_a_person_says_so(desk):
    taken = desk.check(csv_file(GOOD, STAFF))
    shown = desk.look(taken)
    assert (shown.state, shown.rows, shown.errors, shown.amount) == ("ready", 2, 0, Decimal("8242.89"))
    assert shown.summary["sums"] == [{"year": 2021, "baustein": 1, "count": 2, "amount": "8242.89"}]
    assert desk.bookings() == []
    desk.book(taken)
    assert desk.look(taken).state == "booked"
    assert desk.bookings() == [("PK-6", Decimal("7008.33")), ("RE-1", Decimal("1234.56"))]
    with transaction(desk.actor, read_only=True) as session:
        row = session.scalars(select(Expenditure).where(Expenditure.receipt_number == "PK-6")).one()
        assert (row.import_id, row.period_to, row.position_reference, row.actor_label) == (
            taken, date(2021, 6, 30), "E13-01", "KI-Koordination",
        )  # fmt: skip
        assert row.account_id == desk.actor.subject
        assert [str(one.cell.purpose) for one in spent(session, desk.actor.tenant_id)] == [
            "begleitausgaben", "koordination",
        ]  # fmt: skip


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252", "utf-16"])
def test_csv_is_read_as_programs_write_it(desk, delimiter, encoding):
    row = tuple(
        f'"{cell}"' if "," in cell else cell for cell in changed(Empfänger="Bürgerhäuser", Betrag="1234,56")
    )
    taken = desk.check(csv_file(row, delimiter=delimiter, encoding=encoding))
    assert desk.look(taken).state == "ready", desk.findings(taken)
    desk.book(taken)
    with transaction(desk.actor, read_only=True) as session:
        assert session.scalars(select(Expenditure)).one().recipient == "Bürgerhäuser"


def test_real_dates_and_numbers_of_a_workbook_are_read_to_the_cent(desk):
    taken = desk.check(
        xlsx_file(REAL, ("RE-10", date(2021, 1, 2), 1.005, "11", "Koordinierungsstelle")), "b.xlsx"
    )
    assert desk.look(taken).state == "faulty"
    assert desk.findings(taken) == [(3, "Betrag", "wert-unzulaessig")]
    taken = desk.check(xlsx_file(REAL), "b.xlsx")
    desk.book(taken)
    assert desk.bookings() == [("RE-9", Decimal("1234.56"))]


def test_headings_are_found_below_what_programs_write_above_and_by_other_names(desk):
    head = ("Beleg-Nr.", "Buchungstag", "Betrag in EUR", "TPZ", "Zuwendungszweck", "Sachkonto")
    lines = [
        "Export Finanzverfahren;;;;;", "Stand 01.02.2022;;;;;", ";;;;;", ";".join(head),
        "77;2021-06-15;100,00;16 Sonstige ordentliche Aufwendungen;Baustein 1: Begleitausgaben;543100",
    ]  # fmt: skip
    taken = desk.check("\n".join(lines).encode())
    shown = desk.look(taken)
    assert (shown.state, shown.rows, shown.hints) == ("ready", 1, 1)
    assert shown.summary["ignored"] == ["Sachkonto"]
    assert desk.codes(taken) == ["spalte-unbekannt"]


@pytest.mark.parametrize(
    ("columns", "heading", "code"),
    [
        ({"Betrag": "-5,00"}, "Betrag", "wert-unzulaessig"),
        ({"Betrag": "5,00-"}, "Betrag", "wert-unzulaessig"),
        ({"Betrag": "0,00"}, "Betrag", "wert-unzulaessig"),
        ({"Betrag": "1.234,567"}, "Betrag", "wert-unlesbar"),
        ({"Betrag": "fünf"}, "Betrag", "wert-unlesbar"),
        ({"Betrag": "99.999.999.999,00"}, "Betrag", "wert-unzulaessig"),
        ({"Betrag": ""}, "Betrag", "wert-fehlt"),
        ({"Belegnummer": " "}, "Belegnummer", "wert-fehlt"),
        ({"Belegnummer": "x" * 61}, "Belegnummer", "text-zu-lang"),
        ({"Buchungstext": "x" * 100_000}, "Buchungstext", "text-zu-lang"),
        ({"Buchungsdatum": "31.02.2021"}, "Buchungsdatum", "wert-unlesbar"),
        ({"Buchungsdatum": "01.01.1999"}, "Buchungsdatum", "wert-unzulaessig"),
        ({"Haushaltsjahr": "2120"}, "Haushaltsjahr", "wert-unzulaessig"),
        ({"Haushaltsjahr": "21"}, "Haushaltsjahr", "wert-unlesbar"),
        ({"Leistung von": "02.06.2021", "Leistung bis": "01.06.2021"}, "Leistung bis", "wert-unzulaessig"),
        ({"Leistung von": "02.06.2021"}, "Leistung bis", "wert-unzulaessig"),
        ({"Teilplanzeile": "02"}, "Teilplanzeile", "angabe-unbekannt"),
        ({"Zweck": "Urlaub"}, "Zweck", "angabe-unbekannt"),
        ({"Baustein": "4"}, "Baustein", "angabe-unbekannt"),
        ({"Baustein": "2"}, "Baustein", "zweck-nicht-im-baustein"),
        ({"Empfänger": "a\x85b"}, "Empfänger", "zeichen-unzulaessig"),
    ],
)
def test_a_bad_cell_is_named_with_row_column_and_code_and_nothing_is_booked(desk, columns, heading, code):
    taken = desk.check(csv_file(STAFF, changed(**columns)))
    assert desk.findings(taken) == [(3, heading, code)]
    assert desk.look(taken).state == "faulty"
    with transaction(desk.actor), pytest.raises(ConflictError):
        confirm_import(desk.actor, taken)
    assert desk.bookings() == []


def test_all_that_is_wrong_with_a_row_is_found_at_once_with_a_cure(desk):
    taken = desk.check(csv_file(changed(Betrag="x", Buchungsdatum="y", Zweck="z", Baustein="9")))
    assert {heading for _, heading, _ in desk.findings(taken)} == {
        "Betrag",
        "Buchungsdatum",
        "Zweck",
        "Baustein",
    }
    with transaction(desk.actor, read_only=True) as session:
        assert all(session.scalars(select(ImportFinding.cure).where(ImportFinding.import_id == taken)))


def test_findings_stand_in_the_order_of_the_file_however_they_were_found(desk):
    rows = (GOOD, GOOD, changed(Buchungsdatum="31.02.2021", Betrag="-5,00"), changed(Belegnummer="RE-1"))
    assert desk.findings(desk.check(csv_file(*rows))) == [
        (3, "Belegnummer", "beleg-doppelt-in-datei"),
        (4, "Buchungsdatum", "wert-unlesbar"),
        (4, "Betrag", "wert-unzulaessig"),
        (5, "Belegnummer", "beleg-doppelt-in-datei"),
    ]


def test_a_missing_column_is_named_with_the_names_it_may_have(desk):
    taken = desk.check(csv_file(tuple(c for i, c in enumerate(GOOD) if i != 4), head=HEAD[:4] + HEAD[5:]))
    assert desk.findings(taken) == [(1, "Zweck", "spalte-fehlt")]
    with transaction(desk.actor, read_only=True) as session:
        assert "Zuwendungszweck" in session.scalars(select(ImportFinding.cure)).one()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"Guten Tag,\r\nanbei die Buchungen.\r\n", "spalte-fehlt"),
        (csv_file(), "datei-leer"),
        (b'Belegnummer;Betrag;Zweck;Buchungsdatum;Teilplanzeile\r\n"offen;1', "angabe"),
    ],
)
def test_a_text_without_bookings_says_so(desk, content, code):
    taken = desk.check(content)
    assert desk.look(taken).state == "faulty"
    assert code == "angabe" or desk.codes(taken) == [code]


def formula(workbook):
    workbook.active["C2"] = "=1+1"


def hidden(workbook):
    other = workbook.create_sheet("Buchungen")
    for row in (HEAD, REAL):
        other.append(row)
    workbook.active.sheet_state = "hidden"


def test_a_formula_that_was_never_computed_is_named(desk):
    taken = desk.check(xlsx_file(REAL, change=formula), "b.xlsx")
    assert desk.findings(taken) == [(2, "Betrag", "formel-ohne-ergebnis")]


def test_the_first_visible_sheet_is_read(desk):
    taken = desk.check(xlsx_file(("x",), change=hidden), "b.xlsx")
    assert desk.look(taken).state == "ready", desk.findings(taken)


def test_the_same_receipt_twice_in_the_file_names_the_first_row(desk):
    taken = desk.check(csv_file(GOOD, STAFF, changed(Belegnummer="re-1", Buchungstext="noch einmal")))
    assert desk.findings(taken) == [(4, "Belegnummer", "beleg-doppelt-in-datei")]
    with transaction(desk.actor, read_only=True) as session:
        assert "Zeile 2" in session.scalars(select(ImportFinding.message)).one()


def test_a_receipt_that_stands_in_the_books_is_found_until_it_is_reversed(desk):
    first = desk.check(csv_file(GOOD))
    desk.book(first)
    second = desk.check(csv_file(GOOD))
    assert desk.findings(second) == [(2, "Belegnummer", "beleg-schon-gebucht")]
    with transaction(desk.actor) as session:
        assert booked_before(session, get_import(session, second))["id"] == first
        booking = session.scalars(select(Expenditure.id)).one()
        reverse_expenditure(desk.actor, ReverseExpenditure(booking, "Falsch"))
    third = desk.check(csv_file(GOOD))
    desk.book(third)
    assert desk.look(third).state == "booked"
    assert len(desk.bookings()) == 3


def test_another_tenants_bookings_are_no_hindrance(desk, district):
    desk.book(desk.check(csv_file(GOOD)))
    other = Desk(district.gemeinde.actor(Role.OFFICER))
    taken = other.check(csv_file(GOOD))
    other.book(taken)
    assert other.look(taken).state == "booked"


def test_what_was_booked_meanwhile_is_found_and_nothing_of_the_file_is_booked(desk):
    taken = desk.check(csv_file(STAFF, GOOD))
    same = replace(
        RENT, receipt_number="RE-1", purpose=GrantPurpose.BEGLEITAUSGABEN, amount=Decimal("1234.56")
    )
    with transaction(desk.actor):
        book_expenditure(desk.actor, same)
    desk.book(taken)
    assert desk.look(taken).state == "faulty"
    assert desk.findings(taken) == [(3, "Belegnummer", "beleg-schon-gebucht")]
    assert desk.bookings() == [("RE-1", Decimal("1234.56"))]


def test_a_file_is_confirmed_once(desk):
    taken = desk.check(csv_file(GOOD))
    desk.book(taken)
    with transaction(desk.actor):
        for again in (confirm_import, discard_import):
            with pytest.raises(ConflictError):
                again(desk.actor, taken)


def test_a_discarded_file_is_not_booked(desk):
    taken = desk.check(csv_file(GOOD))
    with transaction(desk.actor):
        assert discard_import(desk.actor, taken).state == ImportState.DISCARDED
        with pytest.raises(ConflictError):
            confirm_import(desk.actor, taken)


def test_who_may_only_read_uploads_and_confirms_nothing(desk, district):
    taken = desk.check(csv_file(GOOD))
    auditor = district.stadt.actor(Role.AUDITOR)
    with transaction(auditor):
        with pytest.raises(ForbiddenError):
            upload_import(auditor, UploadedFile("b.csv", csv_file(GOOD)))
        with pytest.raises(ForbiddenError):
            confirm_import(auditor, taken)


def test_the_annotated_csv_has_a_column_of_findings_in_front(desk):
    taken = desk.check(csv_file(GOOD, changed(Betrag="-5,00", Buchungstext="=1+1"), encoding="cp1252"))
    name, content = desk.annotated(taken)
    assert name == "buchungen geprüft.csv"
    head, good, bad = csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert head[1:] == list(HEAD)
    assert (good[0], good[1:]) == ("", list(GOOD))
    assert bad[0].startswith("Betrag: Der Betrag muss größer als null sein.")
    assert bad[3] == "-5,00"
    assert bad[10] == "'=1+1"


def test_the_annotated_workbook_marks_the_cell_and_can_be_read_again(desk):
    rows = (REAL, ("RE-2", date(2021, 6, 15), -5, 16, "Begleitausgaben"))
    taken = desk.check(xlsx_file(*rows), "b.xlsx")
    name, content = desk.annotated(taken)
    assert name == "b geprüft.xlsx"
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert "größer als null" in sheet["A3"].value
    assert (sheet["C2"].is_date, sheet["D2"].value) == (True, 1234.56)
    assert sheet["D3"].fill.fgColor.rgb.endswith("F9D8D6")
    assert desk.codes(desk.check(content, name)) == ["spalte-unbekannt", "wert-unzulaessig"]


def test_progress_is_told_in_rows(desk):
    rows = [changed(Belegnummer=f"R{number}") for number in range(2_500)]
    desk.book(desk.check(csv_file(*rows)))
    told = [(stage, done, total) for stage, done, total in desk.recorder.stages if done is not None]
    assert ("Zeilen prüfen", 1001, 2501) in told
    assert {stage for stage, _, _ in told} == {"Datei lesen", "Zeilen prüfen", "Ausgaben buchen"}
    assert all(done <= total for _, done, total in told)


def test_a_file_with_too_many_rows_is_told_to_be_divided(desk, monkeypatch):
    monkeypatch.setattr(checking, "MAX_ROWS", 3)
    taken = desk.check(csv_file(*(changed(Belegnummer=f"R{number}") for number in range(4))))
    assert desk.codes(taken) == ["zu-viele-zeilen"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("b.pdf", b"%PDF-1.7 %%EOF", "PDF"),
        ("b.csv", b"%PDF-1.7 %%EOF", "PDF"),
        ("b.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "alte Excel-Format"),
        ("b.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "Kennwort"),
        ("b.ods", b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        ("b.csv", b"PK\x03\x04" + b"x" * 100, "gepackt"),
        ("b.csv", b"", "leer"),
        ("b.csv", csv_file(GOOD) + b"\r\na\0b", "Zeile 3"),
        ("b.xlsx", bytes(range(256)) * 40_000, "kein Office-Dokument"),
        ("b.csv", bytes(range(256)) * 40_000, "Zeichen"),
        ("b.docx", b"PK", "XLSX, CSV"),
        ("b.csv", b"a" * 18_000_001, "18 MB"),
    ],
)
def test_a_file_of_another_kind_has_its_own_answer(desk, name, content, words):
    with transaction(desk.actor), pytest.raises(DocumentRefusedError) as refused:
        upload_import(desk.actor, UploadedFile(name, content))
    assert words in refused.value.detail


def test_a_zip_bomb_is_refused_before_anything_is_unpacked(desk):
    import zipfile

    buffer = BytesIO(xlsx_file(REAL))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * 150_000_000)
    with transaction(desk.actor), pytest.raises(DocumentRefusedError, match="unverhältnismäßig"):
        upload_import(desk.actor, UploadedFile("b.xlsx", buffer.getvalue()))


def test_a_workbook_with_entities_is_not_followed(desk):
    import zipfile

    source, buffer = BytesIO(xlsx_file(REAL)), BytesIO()
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, bomb + content.split(b"?>")[-1] if name.endswith("sheet1.xml") else content)
    taken = desk.check(buffer.getvalue(), "b.xlsx")
    assert desk.codes(taken) == ["datei-unlesbar"]


def test_a_booked_file_never_changes_again(desk):
    taken = desk.check(csv_file(GOOD))
    desk.book(taken)
    with transaction(desk.actor) as session:
        changed_rows = session.execute(text("UPDATE expenditure_import SET state = 'ready' WHERE true"))
        assert changed_rows.rowcount == 0
