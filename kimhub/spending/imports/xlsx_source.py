"""XLSX, its first visible sheet, streamed.

openpyxl finds sheet, styles and shared strings; the cells are read here from the same XML, because its own reader
makes an uncomputed formula look like an empty cell. Its XML parser is defusedxml's (no entities, no external
references). What the archive unpacks to was bounded when the file was taken (kimhub.core.documents.archive).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import openpyxl
from defusedxml import DefusedXmlException
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.xml.functions import iterparse

from kimhub.spending.imports.source import MAX_COLUMNS, CellTrouble, SourceRow, UnreadableFileError, Value

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _VALUE, _FORMULA, _INLINE, _TEXT = (f"{_NS}{name}" for name in ("row", "v", "f", "is", "t"))
_DATA = f"{_NS}sheetData"
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]+")
_DAMAGED = UnreadableFileError(
    "Die Arbeitsmappe ist beschädigt oder hat einen anderen Aufbau.",
    "Öffnen Sie sie in Excel und speichern Sie sie neu als Excel-Arbeitsmappe (.xlsx).",
)
_LAST_SERIAL = 2_958_465
"""31.12.9999 as Excel counts days."""


class XlsxSource:
    """A workbook; only its first visible sheet is looked at."""

    def __init__(self, stream: BinaryIO) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions, which do not matter here
                self._book: Any = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
        except _TROUBLE as trouble:
            raise _DAMAGED from trouble
        visible = [sheet for sheet in self._book.worksheets if sheet.sheet_state == "visible"]
        if not visible:
            raise UnreadableFileError(
                "Die Arbeitsmappe hat kein sichtbares Tabellenblatt.",
                "Legen Sie die Buchungen auf das erste Blatt.",
            )
        self._sheet = visible[0]
        self._strings = self._sheet._shared_strings  # noqa: SLF001 - see the module's docstring
        self._read: dict[str, Callable[[str], Value]] = {
            "s": lambda raw: str(self._strings[int(raw)]),
            "str": str,
            "b": lambda raw: raw == "1",
            "e": lambda _: CellTrouble.ERROR,
            "d": lambda raw: datetime.fromisoformat(raw).date(),
        }
        self.expected_rows: int | None = self._sheet.max_row

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows that hold anything; raises `UnreadableFileError`."""
        number = 0
        try:
            with self._sheet._get_source() as stream:  # noqa: SLF001 - see the module's docstring
                inside: Element | None = None
                for event, element in iterparse(stream, events=("start", "end")):
                    if event == "start":
                        inside = element if element.tag == _DATA else inside
                    elif element.tag == _ROW:
                        number = int(element.get("r") or number + 1)
                        yield number, self._cells(element)
                        if inside is not None:
                            inside.clear()  # else a stub of every row would stay
        except _TROUBLE as trouble:
            raise _DAMAGED from trouble

    def _cells(self, row: Element) -> list[Value]:
        values: list[Value] = []
        for position, cell in enumerate(row):
            place = _PLACE.fullmatch(cell.get("r") or "")
            column = _index(place[1]) if place else position
            if column >= MAX_COLUMNS:
                break
            values.extend([None] * (column - len(values)))
            values[column:] = [self._value(cell)]
        return values

    def _value(self, cell: Element) -> Value:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(_INLINE)
            return "".join(part.text or "" for part in inline.iter(_TEXT)) if inline is not None else None
        raw = cell.findtext(_VALUE)
        if not raw:
            return CellTrouble.FORMULA if cell.find(_FORMULA) is not None and kind != "str" else None
        if kind == "n":
            return self._number(raw, int(cell.get("s") or 0))
        return self._read[kind](raw)

    def _number(self, raw: str, style: int) -> Value:
        """Return a number as Excel shows it, with 15 digits: what is stored as 0.30000000000000004 is 0.3."""
        number = Decimal(format(float(raw), ".15g"))
        if style in self._book._date_formats:  # noqa: SLF001
            return self.day_of(number)
        return int(number) if number == number.to_integral_value() else number

    def day_of(self, serial: Decimal) -> date | CellTrouble:
        """Return the day of Excel's count of days."""
        if not 0 <= serial <= _LAST_SERIAL:
            return CellTrouble.ERROR
        first: datetime = self._book.epoch
        days = int(serial)
        if first == WINDOWS_EPOCH and days < 60:  # Excel's calendar has a 29 February 1900
            days += 1
        return (first + timedelta(days=days)).date()


_TROUBLE = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, ArithmeticError, EOFError, OSError, ParseError,
    DefusedXmlException,
)  # fmt: skip
"""What a workbook of another make-up ends in; the archive itself was found sound before."""


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
