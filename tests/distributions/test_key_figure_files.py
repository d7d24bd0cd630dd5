"""Uploaded tables of key figures: read by a job, and taken over whole or not at all."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from sqlalchemy import func, select

from kimhub.core.documents import Document, DocumentRefusedError, UploadedFile
from kimhub.core.jobs.models import JobState
from kimhub.distributions.key_figure_files import MAX_BYTES, MOST_LISTED
from kimhub.distributions.models import KeyFigureFile
from kimhub.distributions.queries import get_distribution
from kimhub.distributions.usecases.read_key_figures import upload_key_figures
from kimhub.distributions.usecases.store_distribution import change_distribution
from tenants import transaction
from tests.support.acting import acting
from tests.support.browser import save
from tests.support.jobs import do_jobs


class Desk:
    """Where a KI coordinator has a distribution in front of her."""

    def __init__(self, client, kreis, district, distribution_id):
        self.client, self.kreis, self.distribution_id = client, kreis, distribution_id
        self.address = f"/t/{district.kreis.slug}/mittel/verteilungen/{distribution_id}"

    def page(self, below=""):
        return re.sub(r"\s+", " ", self.client.get(self.address + below).text)

    def upload(self, content, name="zahlen.csv"):
        return self.client.post(f"{self.address}/kennzahlen", data={"file": (BytesIO(content), name)})

    def work(self):
        return [done.state for done in do_jobs(self.kreis)]

    def read(self, content, name="zahlen.csv"):
        """Upload a table, have it read, and return what its page says then."""
        assert self.upload(content, name).status_code == 303
        assert self.work() == [JobState.DONE]
        return self.page("/kennzahlen")

    def keys(self):
        """Return the key figures as they are stored now."""
        with transaction(self.kreis, read_only=True) as session:
            parties = get_distribution(session, self.distribution_id).distribution.parties
            return [party.key for party in parties]

    def documents(self):
        with transaction(self.kreis, read_only=True) as session:
            return session.scalar(select(func.count(Document.id)))


@pytest.fixture
def desk(ctx, kreis, district, distribution_id):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield Desk(stand_in.client, kreis, district, distribution_id)


def workbook(*rows):
    book, stream = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def with_part(content, name, made):
    """Return the workbook with one part replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, made if entry == name else old.read(entry))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zahlen.csv", "Name;Personen\nMusterstadt;1.000\nÖhringhausen;3000\n".encode("cp1252")),
        ("zahlen.csv", "Name\tPersonen\nMusterstadt\t1000\nÖhringhausen\t3000\n".encode("utf-16")),
        ("zahlen.xlsx", workbook(["Name", "Personen"], ["Musterstadt", 1000], ["Öhringhausen", 3000.0])),
    ],
    ids=["Windows-1252", "UTF-16", "workbook"],
)
def test_a_table_is_read_by_a_job_and_not_kept(desk, name, content):
    answer = desk.upload(content, name)
    assert answer.status_code == 303
    assert desk.keys() == [300, 100], "the request reads nothing"
    assert "Wartet auf Bearbeitung" in desk.page("/kennzahlen")
    assert "Eine Tabelle mit Kennzahlen wird gelesen" in desk.page()
    assert desk.documents() == 1
    desk.work()
    assert desk.keys() == [1000, 3000]
    assert desk.documents() == 0
    assert "Die Kennzahlen sind übernommen" in desk.page("/kennzahlen")
    fragment = desk.page("/kennzahlen/fortschritt")
    assert "Zur Verteilung" in fragment
    assert "hx-get" not in fragment
    assert "Kennzahlen wird gelesen" not in desk.page()


def test_cells_count_as_they_are_shown(desk):
    """A spreadsheet keeps 1,005.50 as a binary fraction and a Gemeindeschlüssel sometimes as a number."""
    desk.read(
        workbook(["Gemeinde", "Zahl"], ["Musterstadt", 1005.5], [None, None], ["Öhringhausen", "7,25"]),
        "a.xlsx",
    )
    assert desk.keys() == [Decimal("1005.50"), Decimal("7.25")]


def test_a_long_binary_fraction_is_rounded_to_two_decimals(desk):
    desk.read(workbook(["Musterstadt", 1 / 3]), "a.xlsx")
    assert desk.keys()[0] == Decimal("0.33")


BOMB = f"<a>{'<b/><c/><d/><e/>' * 150_000}{''.join(map(str, range(10_000)))}</a>"
"""More formats than are read, in a file of 40 KB."""
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zahlen.csv", b"Name;Personen\nKleve;1\n", "Zeile 2: „Kleve“"),
        (
            "zahlen.csv",
            b"Name;Personen\nMusterstadt;1\n" + b"\n" * 7 + b"Musterstadt;2\n",
            "Zeile 10: „Musterstadt“",
        ),
        ("zahlen.csv", b"Name;Personen\n", "Die Datei enthält keine Zeilen"),
        ("zahlen.csv", b"A;1\n" * 20_001, "mehr als 20.000 Zeilen"),
        ("zahlen.xlsx", workbook(["Name", "Personen"], ["Musterstadt", "viele"]), "Zeile 2, Spalte 2"),
        ("zahlen.xlsx", workbook(["Musterstadt", "=1+1"]), "Zeile 1: Es fehlt"),
        (
            "zahlen.xlsx",
            with_part(workbook(["A", 1]), "xl/worksheets/sheet1.xml", f"{SHEET}<row>"),
            "neu als Excel",
        ),
        (
            "zahlen.xlsx",
            with_part(workbook(["A", 1]), "xl/styles.xml", BOMB),
            "Die Liste der Formate ist länger als 500.000 Einträge",
        ),
    ],
    ids=["nobody", "twice", "empty", "long", "word", "formula", "cut off", "bomb"],
)
def test_a_table_with_errors_changes_nothing_and_says_why(desk, name, content, reason):
    assert reason in desk.read(content, name)
    assert desk.keys() == [300, 100]
    assert desk.documents() == 0
    assert "wurde nicht übernommen" in desk.page()
    assert "Fehler ansehen" in desk.page("/kennzahlen/fortschritt")


def test_a_table_with_very_many_errors_lists_the_first_and_counts_the_others(desk):
    page = desk.read(b"Name;Personen\n" + b"Kleve;1\n" * (MOST_LISTED + 1_500))
    assert page.count("„Kleve“") == MOST_LISTED
    assert "1.500 weitere Fehler" in page


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("zahlen.xlsx", b"PK\x03\x04 kaputt", "passt aber nicht dazu"),
        ("zahlen.csv", b"\x00" * 10, "CSV"),
        ("zahlen.pdf", b"%PDF-", "anderes Format"),
    ],
)
def test_what_is_no_table_is_refused_at_once(desk, name, content, reason):
    answer = desk.upload(content, name)
    assert answer.status_code == 422
    assert reason in answer.text
    assert desk.documents() == 0
    assert desk.work() == []


def test_a_file_too_large_for_key_figures_is_refused_at_once(kreis, distribution_id):
    with transaction(kreis), pytest.raises(DocumentRefusedError, match="größer als 1 MB"):
        upload_key_figures(kreis, distribution_id, UploadedFile("zahlen.csv", b"1" * (MAX_BYTES + 1)))


def test_a_table_does_not_overwrite_what_was_changed_meanwhile(desk):
    desk.upload(b"Name;Personen\nMusterstadt;1\n")
    with transaction(desk.kreis) as session:
        stored = get_distribution(session, desk.distribution_id)
        change_distribution(
            desk.kreis, desk.distribution_id, stored.distribution, expected_version=stored.version
        )
    desk.work()
    assert desk.keys() == [300, 100]
    assert "geändert, während die Tabelle gelesen wurde" in desk.page("/kennzahlen")


def test_of_two_tables_the_later_one_counts(desk):
    desk.upload(b"Name;Personen\nMusterstadt;1\n")
    desk.upload(b"Name;Personen\nMusterstadt;2\n")
    assert desk.work() == [JobState.DONE, JobState.DONE]
    assert desk.keys() == [2, 100]
    assert desk.documents() == 0


def test_a_deleted_distribution_takes_its_table_with_it(desk):
    desk.upload(b"Name;Personen\nMusterstadt;1\n")
    assert save(desk.client, f"{desk.address}/loeschen", {}).status_code == 303
    assert desk.documents() == 0
    assert desk.work() == [JobState.DONE]
    with transaction(desk.kreis, read_only=True) as session:
        assert session.scalars(select(KeyFigureFile)).all() == []


def test_a_table_whose_reading_was_given_up_says_what_to_do(desk, monkeypatch):
    def break_down(*_):
        raise MemoryError

    monkeypatch.setattr("kimhub.distributions.usecases.read_key_figures.lines_of", break_down)
    desk.upload(b"Name;Personen\nMusterstadt;1\n")
    assert desk.work() == [JobState.PARKED]
    assert "mehr Speicher oder Zeit" in desk.page("/kennzahlen")
    assert "mehr Speicher oder Zeit" in desk.page("/kennzahlen/fortschritt")
