"""Reading cells as Excel stores them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from kimhub.core.tables.values import CellTrouble
from kimhub.core.tables.xlsx_source import XlsxSource
from tests.spending.files import xlsx_file


def workbook(row):
    """A workbook whose second row is this XML."""
    source, buffer = BytesIO(xlsx_file(("y", date(2021, 5, 1)), head=("x",))), BytesIO()
    with ZipFile(source) as old, ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                start = content.index(b'<row r="2"')
                end = content.index(b"</row>", start) + 6
                content = content[:start] + row.encode() + content[end:]
            new.writestr(name, content)
    buffer.seek(0)
    return buffer


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A2"><v>1234.5599999999999</v></c>', Decimal("1234.56")),
        ('<c r="A2"><v>0.30000000000000004</v></c>', Decimal("0.3")),
        ('<c r="A2"><v>1.005</v></c>', Decimal("1.005")),
        ('<c r="A2"><v>1E3</v></c>', 1000),
        ('<c r="A2" s="1"><v>44317</v></c>', date(2021, 5, 1)),
        ('<c r="A2" s="1"><v>44317.75</v></c>', date(2021, 5, 1)),
        ('<c r="A2" s="1"><v>1</v></c>', date(1900, 1, 1)),
        ('<c r="A2" s="1"><v>99999999</v></c>', CellTrouble.ERROR),
        ('<c r="A2" t="e"><v>#REF!</v></c>', CellTrouble.ERROR),
        ('<c r="A2" t="str"><f>A1</f><v>RE-1</v></c>', "RE-1"),
        ('<c r="A2"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="A2"><f>1+1</f></c>', CellTrouble.FORMULA),
        ('<c r="A2" t="inlineStr"><is><r><t>RE</t></r><r><t>-1</t></r></is></c>', "RE-1"),
        ('<c r="A2" t="b"><v>1</v></c>', True),
        ('<c r="A2" t="d"><v>2021-05-01T00:00:00</v></c>', date(2021, 5, 1)),
        ('<c r="A2"/>', None),
    ],
)
def test_a_cell_means_what_excel_shows(cell, value):
    rows = list(XlsxSource(workbook(f'<row r="2">{cell}</row>')).rows())
    number, cells = rows[1]
    assert number == 2
    assert list(cells) == [value]


def test_empty_cells_between_are_kept_and_columns_far_right_left_out():
    rows = list(
        XlsxSource(workbook('<row r="7"><c r="C7"><v>1</v></c><c r="ZZZ7"><v>2</v></c></row>')).rows()
    )
    assert rows[1] == (7, [None, None, 1])
