"""The file to fill in: headings, the tenant's own codes as lists to choose from, and a sheet that explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter

from kimhub.core.exports import Kind, as_csv
from kimhub.programme.public import COST_TEILPLANZEILEN, FIRST_YEAR, LAST_YEAR, Baustein, GrantPurpose
from kimhub.spending.columns import BookColumn
from kimhub.spending.imports.headings import REQUIRED
from kimhub.spending.models import FIRST_DAY, LAST_DAY, MAX_AMOUNT

SHEET, CODES = "Ausgaben", "Angaben"
PREPARED_ROWS = 5_000
"""Rows with lists to choose from; further ones may be filled in all the same."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A position or cost centre that the tenant has used or planned."""

    name: str
    meaning: str


_EXPLAINED: dict[BookColumn, str] = {
    BookColumn.RECEIPT: "Die Nummer, die auf dem Beleg oder in Ihrem Finanzverfahren steht.",
    BookColumn.BOOKED_ON: "Tag der Buchung, zum Beispiel 15.06.2021.",
    BookColumn.YEAR: "Nur nötig, wenn es nicht das Jahr des Buchungsdatums ist.",
    BookColumn.AMOUNT: "Euro mit höchstens zwei Nachkommastellen, größer als null.",
    BookColumn.TEILPLANZEILE: "Zeile des Teilergebnisplans: 11, 15 oder 16.",
    BookColumn.BAUSTEIN: "Folgt aus dem Zweck; wenn angegeben, muss er dazu passen.",
    BookColumn.PURPOSE: "Wofür die Zuwendung bestimmt ist; siehe unten.",
    BookColumn.REFERENCE: "Ihre eigene Bezeichnung der Stelle oder Kostenstelle, kein Personenname.",
    BookColumn.PERIOD_FROM: "Erster Tag des Leistungszeitraums; beide Tage oder keiner.",
    BookColumn.PERIOD_TO: "Letzter Tag des Leistungszeitraums.",
    BookColumn.TEXT: "Freier Text.",
    BookColumn.RECIPIENT: "Wer das Geld bekommen hat.",
}


def csv_template() -> bytes:
    """Return a CSV file with nothing but the headings; Excel opens it as it is."""
    return as_csv([column.value for column in BookColumn], [])


def xlsx_template(references: Sequence[Reference]) -> bytes:
    """Return a workbook that shows the choices in each cell and explains them on its second sheet."""
    buffer = BytesIO()
    workbook = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, codes = workbook.add_worksheet(SHEET), workbook.add_worksheet(CODES)
    lists = _Codes(workbook, codes, references).write()
    required = workbook.add_format({"bold": True, "bg_color": "#D9E4EF", "bottom": 1})
    optional = workbook.add_format({"bg_color": "#EEF2F6", "bottom": 1})
    for index, column in enumerate(BookColumn):
        kind = column.value.kind
        sheet.set_column(
            index,
            index,
            column.value.width,
            workbook.add_format({"num_format": "@" if kind is Kind.TEXT else kind.value}),
        )
        sheet.write_string(0, index, column.label, required if column in REQUIRED else optional)
        rule = _rule(column, lists)
        if rule:
            sheet.data_validation(
                1, index, PREPARED_ROWS, index,
                {**rule, "input_title": column.label, "input_message": _EXPLAINED[column]},
            )  # fmt: skip
    sheet.freeze_panes(1, 0)
    workbook.close()
    return buffer.getvalue()


def _rule(column: BookColumn, lists: dict[BookColumn, str]) -> dict[str, Any] | None:
    if column in lists:
        strict = column is not BookColumn.REFERENCE
        return {
            "validate": "list",
            "source": lists[column],
            "error_type": "stop" if strict else "information",
            "error_message": "Wählen Sie einen Eintrag der Liste."
            if strict
            else "Diese Stelle ist neu. Sie können sie verwenden.",
        }
    match column.value.kind:
        case Kind.DAY:
            return {
                "validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY,
                "error_message": f"Geben Sie einen Tag der Jahre {FIRST_YEAR} bis {LAST_YEAR} ein.",
            }  # fmt: skip
        case Kind.WHOLE:
            return {
                "validate": "integer", "criteria": "between", "minimum": FIRST_YEAR, "maximum": LAST_YEAR,
                "error_message": "Geben Sie ein Haushaltsjahr ein, zum Beispiel 2021.",
            }  # fmt: skip
        case Kind.AMOUNT:
            return {
                "validate": "decimal", "criteria": "between", "minimum": 0.01, "maximum": float(MAX_AMOUNT),
                "error_message": "Geben Sie einen Betrag größer als null ein.",
            }  # fmt: skip
    return None


class _Codes:
    """The second sheet."""

    def __init__(self, workbook: Any, sheet: Any, references: Sequence[Reference]) -> None:
        self._sheet = sheet
        self._references = references
        self._title = workbook.add_format({"bold": True, "font_size": 13})
        self._head = workbook.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1})
        self._text = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._row = 0

    def write(self) -> dict[BookColumn, str]:
        """Write the tables and return where the choices of each column stand."""
        self._sheet.set_column(0, 0, 46)
        self._sheet.set_column(1, 1, 70)
        self._table(
            "So füllen Sie die Spalten aus",
            ("Spalte", "Was hineingehört"),
            [
                (f"{column.label}{' (erforderlich)' if column in REQUIRED else ''}", text)
                for column, text in _EXPLAINED.items()
            ],
        )
        found = {
            BookColumn.PURPOSE: self._table(
                "Zwecke",
                ("Zweck", "Baustein"),
                [(purpose.label, purpose.baustein.label) for purpose in GrantPurpose],
            ),
            BookColumn.TEILPLANZEILE: self._table(
                "Teilplanzeilen",
                ("Teilplanzeile", "Bedeutung"),
                [(line.value, line.label) for line in COST_TEILPLANZEILEN],
            ),
            BookColumn.BAUSTEIN: self._table(
                "Bausteine",
                ("Baustein", "Bedeutung"),
                [(str(int(part)), _BAUSTEINE[part]) for part in Baustein],
            ),
        }
        if self._references:
            found[BookColumn.REFERENCE] = self._table(
                "Stellen, die Ihre Kommune verwendet oder plant",
                ("Stelle", "Herkunft"),
                [(one.name, one.meaning) for one in self._references],
            )
        return found

    def _table(self, title: str, head: tuple[str, str], rows: Sequence[tuple[str, str]]) -> str:
        """Write a table and return the address of its first column."""
        self._sheet.write_string(self._row, 0, title, self._title)
        for index, name in enumerate(head):
            self._sheet.write_string(self._row + 1, index, name, self._head)
        first = self._row + 2
        for offset, row in enumerate(rows):
            for index, value in enumerate(row):
                self._sheet.write_string(first + offset, index, value, self._text)
        self._row = first + len(rows) + 1
        return f"={CODES}!$A${first + 1}:$A${first + len(rows)}"


_BAUSTEINE = {
    Baustein.STRATEGISCHE_KOORDINATION: "Strategische Koordinierung",
    Baustein.CASE_MANAGEMENT: "Case Management",
    Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN: "Ausländer- und Einbürgerungsbehörden",
}
