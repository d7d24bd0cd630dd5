"""XLSX, its first visible sheet, streamed: what a cell holds, and nothing of how it looks but whether it is a day.

The cells are read here and not by openpyxl, which makes an uncomputed formula look like an empty cell, and builds
objects of all that stands in a workbook before the first row (docs/adr/0031-uploaded-tables.md).
"""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from openpyxl.styles.numbers import builtin_format_code, is_date_format

from kimhub.core.tables.parts import (
    BOOK,
    RELATIONSHIPS,
    SHEET,
    STRINGS,
    STYLES,
    DamagedPartError,
    Part,
)
from kimhub.core.tables.values import MAX_COLUMNS, CellTrouble, Look, SourceRow, UnreadableFileError, Value

_BOOK, _BOOK_RELATIONSHIPS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_LAST_ROW = 1_048_576
_LAST_SERIAL = 2_958_465
"""31.12.9999 as Excel counts days."""
_LONGEST_FORMAT = 255
"""Characters of a number format, as Excel has it."""
_WINDOWS_EPOCH, _MAC_EPOCH = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - days of a calendar
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]+")
_ID = re.compile(r"http://[^ ]*/relationships id")


class XlsxSource:
    """A workbook; only its first visible sheet is looked at."""

    look: Look | None = None

    def __init__(self, stream: BinaryIO) -> None:
        try:
            self._archive = ZipFile(stream)
            self._open()
        except (DamagedPartError, BadZipFile, ValueError) as trouble:
            raise _damaged() from trouble

    def _open(self) -> None:
        relationships, book, styles, strings = _Relationships(), _Book(), _Styles(), _Strings()
        relationships.read_all(self._archive, _BOOK_RELATIONSHIPS)
        book.read_all(self._archive, _BOOK)
        sheets = relationships.targets("/worksheet")
        visible = [sheets[key] for key in book.visible if key in sheets]
        if not visible:
            raise UnreadableFileError(
                "Die Arbeitsmappe hat kein sichtbares Tabellenblatt.",
                "Legen Sie die Zeilen auf das erste Blatt.",
            )
        self._name = visible[0]
        for part, kind in ((styles, "/styles"), (strings, "/sharedStrings")):
            for name in list(relationships.targets(kind).values())[:1]:
                part.read_all(self._archive, name)
        self._values = _Values(strings.found, styles.days(), book.epoch)
        self.expected_rows: int | None = None

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows that are there; raises `UnreadableFileError`."""
        sheet = _Sheet(self._values)
        try:
            for _ in sheet.read(self._archive, self._name):
                self.expected_rows = sheet.expected
                yield from sheet.take()
        except (DamagedPartError, ValueError, LookupError, ArithmeticError) as trouble:
            yield from sheet.take()
            raise _damaged(sheet.row or None) from trouble
        except UnreadableFileError as too_large:
            yield from sheet.take()
            too_large.row = sheet.row or None
            raise


def _damaged(row: int | None = None) -> UnreadableFileError:
    return UnreadableFileError(
        "Die Arbeitsmappe ist beschädigt oder hat einen anderen Aufbau.",
        "Öffnen Sie sie in Excel und speichern Sie sie neu als Excel-Arbeitsmappe (.xlsx).",
        row,
    )


class _Relationships(Part):
    """Which part is what, by the keys that the list of sheets uses."""

    limit = RELATIONSHIPS
    wanted = frozenset({"Relationship"})

    def __init__(self) -> None:
        super().__init__()
        self._found: list[tuple[str, str, str]] = []

    def begin(self, _name: str, attributes: Mapping[str, str]) -> None:
        if attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
            self._found.append((attributes.get("Id", ""), attributes.get("Type", ""), target))

    def targets(self, kind: str) -> dict[str, str]:
        """Return the names of the parts of a kind by their keys."""
        return {key: target for key, found, target in self._found if found.endswith(kind)}


class _Book(Part):
    limit = BOOK
    wanted = frozenset({"workbookPr", "sheet"})

    def __init__(self) -> None:
        super().__init__()
        self.visible: list[str] = []
        """Keys of the sheets that are not hidden, in their order."""
        self.epoch = _WINDOWS_EPOCH

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.epoch = _MAC_EPOCH if attributes.get("date1904") in {"1", "true"} else _WINDOWS_EPOCH
        elif attributes.get("state", "visible") == "visible":
            self.visible += [value for key, value in attributes.items() if _ID.fullmatch(key)]


class _Styles(Part):
    """Which looks of cells show a day."""

    limit = STYLES
    wanted = frozenset({"numFmt", "cellXfs", "xf"})

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self._looks: list[int] = []
        self._inside = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
        elif name == "cellXfs":
            self._inside = True
        elif self._inside:
            self._looks.append(int(attributes.get("numFmtId", "0")))

    def finish(self, name: str, _text: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def days(self) -> frozenset[int]:
        """Return the numbers of the looks that show a day."""
        shows = {
            code: is_date_format(self._codes.get(code) or builtin_format_code(code))
            for code in set(self._looks)
        }
        return frozenset(place for place, code in enumerate(self._looks) if shows[code])


class _Strings(Part):
    """The texts of the workbook, which cells name by number; pieces of one text together, without reading aids."""

    limit = STRINGS
    wanted = frozenset({"si", "t", "rPh"})
    texts = frozenset({"t"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._aside = False

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._aside = True

    def finish(self, name: str, text: str) -> None:
        if name == "si":
            self.found.append("".join(self._pieces))
        elif name == "rPh":
            self._aside = False
        elif not self._aside:
            self._pieces.append(text)


class _Values:
    """What the content of a cell stands for."""

    def __init__(self, strings: list[str], days: frozenset[int], epoch: datetime) -> None:
        self._days, self._epoch = days, epoch
        self._read: dict[str, Callable[[str], Value]] = {
            "s": lambda raw: strings[int(raw)],
            "str": str,
            "b": lambda raw: raw == "1",
            "e": lambda _: CellTrouble.ERROR,
            "d": lambda raw: datetime.fromisoformat(raw).date(),
        }

    def of(self, kind: str, style: str, raw: str) -> Value:
        """Return what stands in a cell. Raises ValueError or LookupError for what Excel does not write."""
        return self._number(raw, int(style)) if kind == "n" else self._read[kind](raw)

    def _number(self, raw: str, style: int) -> Value:
        """Return a number as Excel shows it, with 15 digits: what is stored as 0.30000000000000004 is 0.3."""
        stored = float(raw)
        if not math.isfinite(stored):
            return CellTrouble.ERROR
        number = Decimal(format(stored, ".15g"))
        if style in self._days:
            return self._day(number)
        return int(number) if number == number.to_integral_value() else number

    def _day(self, serial: Decimal) -> date | CellTrouble:
        """Return the day of Excel's count of days."""
        if not 0 <= serial <= _LAST_SERIAL:
            return CellTrouble.ERROR
        days = int(serial)
        if self._epoch == _WINDOWS_EPOCH and days < 60:  # Excel's calendar has a 29 February 1900
            days += 1
        try:
            return (self._epoch + timedelta(days=days)).date()
        except OverflowError:  # the last four years of a calendar that begins in 1904
            return CellTrouble.ERROR


class _Sheet(Part):
    """The rows of a sheet, each given away as soon as it is read."""

    limit = SHEET
    wanted = frozenset({"dimension", "row", "c", "v", "f", "is", "t", "rPh"})
    texts = frozenset({"v", "t"})

    def __init__(self, values: _Values) -> None:
        super().__init__()
        self._values = values
        self.expected: int | None = None
        self.row = 0
        self._rows: list[SourceRow] = []
        self._cells: list[Value] = []
        self._column = -1
        self._kind = self._style = ""
        self._raw: str | None = None
        self._pieces: list[str] | None = None
        self._formula = self._aside = False

    def take(self) -> list[SourceRow]:
        """Return the rows that are complete since it was last asked."""
        rows, self._rows = self._rows, []
        return rows

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _index(place[1]) if place else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._raw, self._pieces, self._formula, self._aside = None, None, False, False
        elif name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            if not 0 < self.row <= _LAST_ROW:
                raise DamagedPartError
            self._cells, self._column = [], -1
        elif name == "f":
            self._formula = True
        elif name == "is":
            self._pieces = []
        elif name == "rPh":
            self._aside = True
        elif name == "dimension":
            self.expected = _last_row(attributes.get("ref", ""))

    def finish(self, name: str, text: str) -> None:
        if name == "v":
            self._raw = text
        elif name == "c":
            if self._column < MAX_COLUMNS:
                self._cells.extend([None] * (self._column - len(self._cells)))
                self._cells[self._column :] = [self._value()]
        elif name == "row":
            self._rows.append((self.row, self._cells))
            self._cells = []
        elif name == "t" and self._pieces is not None and not self._aside:
            self._pieces.append(text)
        elif name == "rPh":
            self._aside = False

    def _value(self) -> Value:
        if self._kind == "inlineStr":
            return None if self._pieces is None else "".join(self._pieces)
        if not self._raw:
            return CellTrouble.FORMULA if self._formula and self._kind != "str" else None
        return self._values.of(self._kind, self._style, self._raw)


def _last_row(reference: str) -> int | None:
    """Return the last row of ``A1:L100001``."""
    match = re.fullmatch(r"(?:[A-Z]{1,3}[0-9]{1,7}:)?[A-Z]{1,3}([0-9]{1,7})", reference)
    return int(match[1]) if match else None


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
