"""A row of a file becomes a booking, or findings that say what is wrong with which cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from marshmallow import ValidationError

from kimhub.core.characters import code_points
from kimhub.core.echo import echo
from kimhub.core.exports import FORMULA_STARTS, NEUTRAL
from kimhub.core.fields import parse_day
from kimhub.core.formats import number as written
from kimhub.core.money import AmountError, parse_euro
from kimhub.core.tables.values import CellTrouble, Value
from kimhub.programme.public import COST_TEILPLANZEILEN, Baustein, GrantPurpose
from kimhub.spending.columns import BookColumn
from kimhub.spending.imports.findings import Finding, FindingCode, sentences
from kimhub.spending.imports.headings import REQUIRED, Headings
from kimhub.spending.models import FIRST_DAY, MAX_RECEIPT, MAX_RECIPIENT, MAX_REFERENCE, MAX_TEXT, Severity
from kimhub.spending.usecases.book_expenditure import BookExpenditure, flaws

_COMPACT_DAY = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_WITH_TIME = re.compile(r"(.{8,10})[ T]00:00(:00(\.0+)?)?")
_FIRST_SERIAL, _LAST_SERIAL = 42_736, 73_050
"""01.01.2017 and 31.12.2099 as Excel counts days; a plain number in a column of days is meant so."""
_EXCEL_EPOCH = date(1899, 12, 30)
_COLUMN_OF_FIELD = {
    "receipt_number": BookColumn.RECEIPT, "booked_on": BookColumn.BOOKED_ON, "year": BookColumn.YEAR,
    "amount": BookColumn.AMOUNT, "teilplanzeile": BookColumn.TEILPLANZEILE, "period_from": BookColumn.PERIOD_FROM,
    "period_to": BookColumn.PERIOD_TO, "purpose": BookColumn.PURPOSE,
}  # fmt: skip
_STAND_INS: dict[str, object] = {
    "receipt_number": "-", "booked_on": FIRST_DAY, "amount": Decimal(1),
    "teilplanzeile": COST_TEILPLANZEILEN[0], "purpose": GrantPurpose.KOORDINATION,
}  # fmt: skip
"""For cells that could not be read, so that the others of the row are checked all the same; never booked."""
_COLUMN_OF_WORDS = {
    "position_reference": BookColumn.REFERENCE, "text": BookColumn.TEXT, "recipient": BookColumn.RECIPIENT,
}  # fmt: skip


class _RefusedError(Exception):
    """A cell says nothing usable."""

    def __init__(self, code: FindingCode, message: str, cure: str) -> None:
        super().__init__(message)
        self.code, self.message, self.cure = code, message, cure


def _refuse(code: FindingCode, text: str) -> NoReturn:
    raise _RefusedError(code, *sentences(text))


class RowReader:
    """Reads rows under these headings."""

    def __init__(self, headings: Headings) -> None:
        self._headings = headings

    def read(self, row: int, cells: Sequence[Value]) -> tuple[BookExpenditure | None, list[Finding]]:
        """Return the booking and hints, or None and what is wrong; all that is wrong with a row at once."""
        found: list[Finding] = []
        values: dict[BookColumn, Any] = {}
        for column in BookColumn:
            try:
                values[column] = self._value(column, cells)
            except _RefusedError as refused:
                found.append(self._finding(row, column, refused.code, refused.message, refused.cure))
        purpose, baustein = values.get(BookColumn.PURPOSE), values.get(BookColumn.BAUSTEIN)
        if purpose and baustein and purpose.baustein is not baustein:
            found.append(self._other_baustein(row, purpose, baustein))
        given: dict[str, Any] = {
            name: values.get(column, _STAND_INS.get(name)) for name, column in _COLUMN_OF_FIELD.items()
        }
        given |= {name: values.get(column) or "" for name, column in _COLUMN_OF_WORDS.items()}
        booking = BookExpenditure(**given)
        found += [
            self._finding(row, _COLUMN_OF_FIELD[name], FindingCode.VALUE_REFUSED, *sentences(message))
            for name, messages in flaws(booking).items()
            for message in messages
            if _COLUMN_OF_FIELD[name] in values
        ]
        return (None, found) if found else (booking, self._hints(row, booking))

    def refused(self, row: int, code: FindingCode, text: str) -> Finding:
        """Return a finding about a row's receipt."""
        return self._finding(row, BookColumn.RECEIPT, code, *sentences(text))

    def _value(self, column: BookColumn, cells: Sequence[Value]) -> Any:
        """Return what the row's cell in this column stands for, None for nothing."""
        place = self._headings.places.get(column)
        value = cells[place] if place is not None and place < len(cells) else None
        if isinstance(value, str):
            value = value.strip() or None
        if value is not None:
            return _READERS[column](_sound(value))
        if column in REQUIRED:
            _refuse(FindingCode.VALUE_MISSING, f"{column.label} fehlt. Tragen Sie den Wert ein.")
        return None

    def _other_baustein(self, row: int, purpose: GrantPurpose, baustein: Baustein) -> Finding:
        return self._finding(
            row,
            BookColumn.BAUSTEIN,
            FindingCode.OTHER_BAUSTEIN,
            f"Der Zweck „{purpose.label}“ gehört zu {purpose.baustein.label}, nicht zu {baustein.label}.",
            "Prüfen Sie, welche der beiden Angaben stimmt. Den Baustein können Sie auch leer lassen.",
        )

    def _hints(self, row: int, booking: BookExpenditure) -> list[Finding]:
        if abs(booking.haushaltsjahr - booking.booked_on.year) <= 1:
            return []
        hint = self._finding(
            row,
            BookColumn.YEAR,
            FindingCode.FAR_YEAR,
            f"Der Buchungstag liegt weit vom Haushaltsjahr {booking.haushaltsjahr} entfernt.",
            "Prüfen Sie beides. Stimmt es, müssen Sie nichts tun.",
        )
        return [replace(hint, severity=Severity.HINT)]

    def _finding(self, row: int, column: BookColumn, code: FindingCode, message: str, cure: str) -> Finding:
        return Finding(
            code, message, cure, row, self._headings.name_of(column), self._headings.places.get(column)
        )


def _sound(value: Value) -> Value:
    if value is CellTrouble.FORMULA:
        _refuse(
            FindingCode.FORMULA,
            "In der Zelle steht eine Formel ohne Ergebnis. "
            "Öffnen Sie die Datei in Excel und speichern Sie sie, oder ersetzen Sie die Formel durch ihren Wert.",
        )
    if value is CellTrouble.ERROR:
        _refuse(FindingCode.CELL_ERROR, "Die Zelle zeigt einen Fehlerwert. Ersetzen Sie ihn durch den Wert.")
    if isinstance(value, str):
        if codes := code_points(value):
            _refuse(
                FindingCode.CONTROL_CHARACTER,
                f"Der Text enthält nicht druckbare Zeichen ({codes}). Tippen Sie ihn neu ein.",
            )
        if value[0] == NEUTRAL and value[1:].startswith(FORMULA_STARTS):
            return value[1:]  # put there by our own download
    return value


def _words(longest: int) -> Callable[[Value], str]:
    def read(value: Value) -> str:
        text = " ".join(unicodedata.normalize("NFC", _as_text(value)).split())
        if len(text) > longest:
            _refuse(
                FindingCode.TOO_LONG,
                f"Der Text hat {written(len(text))} Zeichen, möglich sind {longest}. Kürzen Sie ihn.",
            )
        return text

    return read


def _as_text(value: Value) -> str:
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _amount(value: Value) -> Decimal:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return Decimal(value)
    text = _as_text(value)
    if text.endswith(("-", "−")):  # as SAP writes negative amounts
        text = f"-{text[:-1].strip()}"
    try:
        return parse_euro(text, negative=True)
    except AmountError as trouble:
        _refuse(FindingCode.VALUE_UNREADABLE, str(trouble))


def _day(value: Value) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, int) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return _EXCEL_EPOCH + timedelta(days=value)
    text = _as_text(value)
    if timed := _WITH_TIME.fullmatch(text):
        text = timed[1]
    if compact := _COMPACT_DAY.fullmatch(text):
        text = "-".join(compact.groups())
    try:
        return parse_day(text)
    except ValidationError as trouble:
        _refuse(FindingCode.VALUE_UNREADABLE, str(trouble.messages[0]))


def _year(value: Value) -> int:
    text = _as_text(value)
    if not re.fullmatch(r"[0-9]{4}", text):
        _refuse(
            FindingCode.VALUE_UNREADABLE, f"„{echo(text)}“ ist kein Haushaltsjahr. Schreiben Sie es so: 2021."
        )
    return int(text)


def _plain(text: str) -> str:
    return re.sub(r"[^a-zäöüß0-9]", "", text.casefold())


def _spellings() -> dict[str, GrantPurpose]:
    known: dict[str, GrantPurpose] = {}
    for purpose in GrantPurpose:
        part = purpose.baustein
        for spelling in (
            purpose.value, purpose.label, f"{purpose.label} ({part.label})", f"{part.label}: {purpose.label}",
        ):  # fmt: skip
            known[_plain(spelling)] = purpose
    return known


_PURPOSES = _spellings()
_LINES = {
    _plain(spelling): line
    for line in COST_TEILPLANZEILEN
    for spelling in (line.value, line.label, f"{line.value} {line.label}")
}
_BAUSTEINE = {
    _plain(spelling): part
    for part in Baustein
    for spelling in (str(int(part)), part.label, f"B{part:d}", f"Förderbaustein {part:d}")
}


_SPELLED: dict[BookColumn, tuple[Mapping[str, object], str]] = {
    BookColumn.PURPOSE: (
        _PURPOSES, "Einen Zweck „{}“ gibt es nicht. Die Zwecke stehen in der Vorlage auf dem Blatt „Angaben“."
    ),
    BookColumn.TEILPLANZEILE: (
        _LINES, "„{}“ ist keine Teilplanzeile für Ausgaben. Möglich sind 11, 15 und 16."
    ),
    BookColumn.BAUSTEIN: (_BAUSTEINE, "Einen Baustein „{}“ gibt es nicht. Möglich sind 1, 2 und 3."),
}  # fmt: skip


def _one_of(column: BookColumn) -> Callable[[Value], object]:
    known, unknown = _SPELLED[column]

    def read(value: Value) -> object:
        typed = _as_text(value)
        found = known.get(_plain(typed))
        if found is None:
            _refuse(FindingCode.UNKNOWN_CODE, unknown.format(echo(typed)))
        return found

    return read


_READERS: dict[BookColumn, Callable[[Value], object]] = {
    BookColumn.RECEIPT: _words(MAX_RECEIPT),
    BookColumn.BOOKED_ON: _day,
    BookColumn.YEAR: _year,
    BookColumn.AMOUNT: _amount,
    BookColumn.TEILPLANZEILE: _one_of(BookColumn.TEILPLANZEILE),
    BookColumn.BAUSTEIN: _one_of(BookColumn.BAUSTEIN),
    BookColumn.PURPOSE: _one_of(BookColumn.PURPOSE),
    BookColumn.REFERENCE: _words(MAX_REFERENCE),
    BookColumn.PERIOD_FROM: _day,
    BookColumn.PERIOD_TO: _day,
    BookColumn.TEXT: _words(MAX_TEXT),
    BookColumn.RECIPIENT: _words(MAX_RECIPIENT),
}
