"""Lists as files: CSV and XLSX that open in a German Excel as the list stands on the page.

Whatever people typed is written as text. A text that a spreadsheet would take for a formula (CSV injection, OWASP) gets
an apostrophe in front in CSV, which is where a cell has no type; in XLSX the cell's type says that it is text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO, TextIOWrapper

import xlsxwriter

from kimhub.core.errors import NotFoundError
from kimhub.core.formats import LOCAL_TIME, day, moment

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = tuple("=+-@|%\t\r\n＝＋－＠｜％")
"""What a spreadsheet takes for the beginning of a formula or of a command (DDE), or strips to find one.

The full-width forms count in East Asian settings (OWASP, CSV Injection)."""
NEUTRAL = "'"

Value = str | int | Decimal | date | None


class Kind(Enum):
    """How the values of a column are written in XLSX."""

    TEXT = None
    DAY = "dd.mm.yyyy"
    MOMENT = "dd.mm.yyyy hh:mm"
    AMOUNT = "#,##0.00"
    WHOLE = "0"


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of the file: its heading, how wide, what it holds."""

    label: str
    width: int = 18
    """Characters."""
    kind: Kind = Kind.TEXT


def neutral(text: str) -> str:
    """Return `text` so that no spreadsheet computes it."""
    return NEUTRAL + text if text.startswith(FORMULA_STARTS) else text


def as_csv(columns: Sequence[ExportColumn], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a CSV file: UTF-8 with byte order mark, semicolons, decimal comma, days as 01.05.2021."""
    buffer = BytesIO()
    stream = TextIOWrapper(buffer, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(column.label) for column in columns])
    for row in rows:
        writer.writerow([_written(value) for value in row])
    return buffer.getvalue()


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return neutral(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else str(value)


def as_xlsx(sheet: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a workbook with one sheet: real numbers and days, a heading that stays, filters; one row in memory."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    worksheet = workbook.add_worksheet(sheet)
    head = workbook.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
    formats = [
        workbook.add_format({"num_format": column.kind.value}) if column.kind.value else None
        for column in columns
    ]
    for index, column in enumerate(columns):
        worksheet.set_column(index, index, column.width, formats[index])
        worksheet.write_string(0, index, column.label, head)
    worksheet.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, str):
                worksheet.write_string(last, index, value)
            elif isinstance(value, datetime):
                local = value.astimezone(LOCAL_TIME).replace(tzinfo=None)
                worksheet.write_datetime(last, index, local, formats[index])
            elif isinstance(value, date):
                worksheet.write_datetime(last, index, value, formats[index])
            elif value is not None:
                worksheet.write_number(last, index, value, formats[index])
    worksheet.autofilter(0, 0, last, len(columns) - 1)
    workbook.close()
    return buffer.getvalue()


def table_file(
    table_format: str, sheet: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Value]]
) -> tuple[bytes, str]:
    """Return a table as ``xlsx`` or ``csv`` with its media type; raises `NotFoundError` for any other format."""
    if table_format == "csv":
        return as_csv(columns, rows), CSV_TYPE
    if table_format == "xlsx":
        return as_xlsx(sheet, columns, rows), XLSX_TYPE
    raise NotFoundError
