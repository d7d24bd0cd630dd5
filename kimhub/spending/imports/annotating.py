"""A copy of an uploaded file with one more column in front: what the check has found in each row.

Values are copied, looks and formulas are not. CSV stays CSV with the same separator, XLSX stays XLSX.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, TextIOWrapper
from typing import Any

import xlsxwriter

from kimhub.core.exports import neutral
from kimhub.core.formats import day, number
from kimhub.core.tables.reading import Rows
from kimhub.core.tables.values import CellTrouble, UnreadableFileError, Value
from kimhub.spending.imports.findings import MOST_LISTED, Finding

HEADING = "Prüfung"
_DAY, _AMOUNT = "dd.mm.yyyy", "#,##0.00"
_LONGEST_CELL = 32_000
"""Excel takes 32,767 characters."""
_FIGURE = re.compile(r"[-+]?[0-9.,]+")


def annotated(source: Rows, findings: Sequence[Finding], counted: int) -> bytes:
    """Return the copy; `counted` is how many findings there are, listed or not."""
    notes = _by_row(findings)
    if counted > len(findings):
        notes[0].append(f"Hier stehen die ersten {number(MOST_LISTED)} von {number(counted)} Hinweisen.")
    if source.look is not None:
        return _as_csv(source, notes, source.look.delimiter)
    return _as_xlsx(source, notes, _marked(findings))


def _by_row(findings: Iterable[Finding]) -> dict[int, list[str]]:
    """Return the sentences for each row; what is about the whole file stands beside the first row."""
    notes: dict[int, list[str]] = defaultdict(list)
    for finding in findings:
        place = f"{finding.column}: " if finding.column else ""
        notes[finding.row or 0].append(f"{place}{finding.message} {finding.cure}".strip())
    return notes


def _marked(findings: Iterable[Finding]) -> set[tuple[int, int]]:
    return {
        (finding.row, finding.column_index)
        for finding in findings
        if finding.row is not None and finding.column_index is not None
    }


def _rows(source: Rows, notes: dict[int, list[str]]) -> Iterator[tuple[int, Sequence[Value], str]]:
    """Yield the rows with what is to be said of each; a file that cannot be read any further ends there."""
    first = True
    try:
        for row, cells in source.rows():
            said = [*(notes.get(0, []) if first else []), *notes.get(row, [])]
            first = False
            yield row, cells, " ".join(said)
    except UnreadableFileError:
        return


def _as_csv(source: Rows, notes: dict[int, list[str]], delimiter: str) -> bytes:
    buffer = BytesIO()
    stream = TextIOWrapper(buffer, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    last = 0
    for row, cells, note in _rows(source, notes):
        stream.write("\r\n" * (row - last - 1))  # empty rows were not kept; the others keep their numbers
        writer.writerow([neutral(note), *(_harmless(cell) for cell in cells)])
        last = row
    return buffer.getvalue()


def _harmless(cell: Value) -> str:
    text = _written(cell)
    return text if _FIGURE.fullmatch(text) else neutral(text)


def _written(cell: Value) -> str:
    if cell is None:
        return ""
    if isinstance(cell, CellTrouble):
        return "#FORMEL" if cell is CellTrouble.FORMULA else "#FEHLER"
    return day(cell) if isinstance(cell, date) else str(cell)


def _as_xlsx(source: Rows, notes: dict[int, list[str]], marked: set[tuple[int, int]]) -> bytes:
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = _Sheet(workbook)
    for row, cells, note in _rows(source, notes):
        sheet.note(row, note or (HEADING if row == 1 else ""))
        for index, cell in enumerate(cells):
            sheet.write(row, index, cell, bad=(row, index) in marked)
    workbook.close()
    return buffer.getvalue()


class _Sheet:
    """The sheet of the copy: findings in the first column, the file's own cells one column further right."""

    def __init__(self, workbook: Any) -> None:
        self._sheet = workbook.add_worksheet("Geprüft")
        self._sheet.set_column(0, 0, 60)
        self._sheet.set_column(1, 30, 18)
        self._said = workbook.add_format({"bg_color": "#FFF4CE", "text_wrap": True, "valign": "top"})
        self._looks = {
            (kind, bad): workbook.add_format(
                {**({"num_format": kind} if kind else {}), **({"bg_color": "#F9D8D6"} if bad else {})}
            )
            for kind in ("", _DAY, _AMOUNT)
            for bad in (False, True)
        }

    def note(self, row: int, text: str) -> None:
        """Write what was found in a row, counted from 1."""
        if text:
            self._sheet.write_string(row - 1, 0, text[:_LONGEST_CELL], self._said)

    def write(self, row: int, index: int, cell: Value, *, bad: bool) -> None:
        """Copy a cell; a `bad` one is marked, even an empty one."""
        place = (row - 1, index + 1)
        if isinstance(cell, date):
            self._sheet.write_datetime(*place, cell, self._looks[_DAY, bad])
        elif isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
            kind = _AMOUNT if isinstance(cell, Decimal) else ""
            self._sheet.write_number(*place, cell, self._looks[kind, bad])
        elif cell is not None:
            self._sheet.write_string(*place, _written(cell)[:_LONGEST_CELL], self._looks["", bad])
        elif bad:
            self._sheet.write_blank(*place, None, self._looks["", bad])
