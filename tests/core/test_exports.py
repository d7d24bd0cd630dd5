"""No text that somebody typed is computed by a spreadsheet."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from kimhub.core.exports import FORMULA_STARTS, ExportColumn, as_csv, as_xlsx, neutral

DANGEROUS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "|cmd|' /C calc'!A0", "%0A=1", "\t=1", "\r=1", "\n=1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "｜cmd", "％0A",
]  # fmt: skip
HARMLESS = ["", "1+1", "a=b", "Müller | Söhne", "100 %", "'=1", "–1"]
ROOT = Path(__file__).resolve().parents[2] / "kimhub"


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_compute_is_text_in_csv_and_in_xlsx(text):
    columns = [ExportColumn(text)]
    (head, row) = csv.reader(
        StringIO(as_csv(columns, [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"
    )
    assert head == row == [f"'{text}"]
    sheet = openpyxl.load_workbook(BytesIO(as_xlsx("Blatt", [ExportColumn("Text")], [[text]]))).active
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).replace("_x000D_", "\r") == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_were_typed(text):
    assert neutral(text) == text


def test_every_dangerous_beginning_is_tried():
    assert {text[0] for text in DANGEROUS} == set(FORMULA_STARTS)


def test_csv_is_written_where_texts_are_made_harmless_and_nowhere_else():
    writers = {path.name for path in ROOT.rglob("*.py") if "csv.writer(" in path.read_text()}
    assert writers == {"exports.py", "annotating.py"}
