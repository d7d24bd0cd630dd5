"""Uploaded tables: what they are is decided by their content, and nothing in them does harm."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from kimhub.core.errors import InvalidInputError
from kimhub.distributions.key_figure_files import MAX_BYTES, import_key_figures
from kimhub.programme.public import distribution_from_json
from tests.distributions.conftest import TWO


def workbook(*rows):
    book, stream = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def imported(content):
    return [party.key for party in import_key_figures(distribution_from_json(TWO), content).parties]


def test_cells_count_as_they_are_shown():
    """A spreadsheet keeps 1,005.50 as a binary fraction and a Gemeindeschlüssel sometimes as a number."""
    table = workbook(["Gemeinde", "Zahl"], ["Musterstadt", 1005.5], [None, None], ["Öhringhausen", "7,25"])
    assert imported(table) == [Decimal("1005.50"), Decimal("7.25")]


def test_a_long_binary_fraction_is_rounded_to_two_decimals():
    assert imported(workbook(["Musterstadt", 1 / 3]))[0] == Decimal("0.33")


def test_a_formula_counts_with_its_stored_value_and_without_one_is_missing():
    with pytest.raises(InvalidInputError) as refused:
        imported(workbook(["Musterstadt", "=1+1"]))
    assert "Zeile 1: Es fehlt" in str(refused.value.fields)


def bomb():
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * 300_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    "made",
    [bomb, lambda: b"PK\x03\x04", lambda: b"PK\x03\x04" + b"x" * 500, lambda: b"1" * (MAX_BYTES + 1)],
    ids=["bomb", "a beginning", "nonsense", "too large"],
)
def test_what_would_do_harm_is_refused(made):
    content = made()
    with pytest.raises(InvalidInputError) as refused:
        imported(content)
    assert "file" in refused.value.fields
