"""The workbook of a Finanzierungsübersicht: „Finanzierung“, „Herleitung“ and „Angaben“.

Amounts are values, not formulas: they are rounded so that the lines add up (fachlichkeit.md §3), which a chain of
formulas would not reproduce. A check row adds the lines up again in the reader's own program and must show 0,00 €.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name

from kimhub.core.formats import day, moment, period
from kimhub.reports.rendering.texts import UNVERIFIED
from kimhub.reports.rendering.xlsx import Book, Properties, Sheet
from kimhub.reports.types.finanzierungsuebersicht.document import Amounts, FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.view import (
    BASIS_LABELS,
    SUM_RULE,
    TITLE,
    UNVERIFIED_NOTE,
    component_formula,
    has_unverified,
    summary,
)

_CHECK_RULE = (
    "Die Beträge stehen als Werte in den Zellen, nicht als Formeln, damit die centgenaue Verteilung der Rundung "
    "erhalten bleibt. Die Zeilen „Kontrolle“ rechnen die Summen in Ihrem Programm nach; "
    "dort muss überall 0,00 € stehen."
)


def workbook(document: FinanzierungsuebersichtDocument, json_sha256: str) -> bytes:
    """Return the XLSX file; `json_sha256` is written on „Angaben“ so that the file can be traced to its data."""
    sender = document.cover.letterhead
    book = Book(
        Properties(
            title=f"{TITLE}: {document.plan_name}",
            subject=document.subject,
            author=sender.office or sender.tenant_name,
            company=sender.tenant_name,
            comments=f"Szenario: {document.scenario}. SHA-256 der Daten: {json_sha256}",
            moment=document.cover.as_of,
        )
    )
    _financing(
        _sheet(book, document, "Finanzierung", [40, *([16] * (len(document.years) + 1)), 32, 12]), document
    )
    _derivation(_sheet(book, document, "Herleitung", [7, 36, 9, 13, 14, 9, 16, 40, 12]), document)
    _particulars(_sheet(book, document, "Angaben", [32, 80], landscape=False), document, json_sha256)
    return book.content()


def _sheet(
    book: Book,
    document: FinanzierungsuebersichtDocument,
    name: str,
    widths: list[float],
    *,
    landscape: bool = True,
) -> Sheet:
    cover = document.cover
    reference = f"Az. {cover.file_number}" if cover.file_number else cover.letterhead.office
    return book.sheet(
        name,
        header=f"{cover.letterhead.tenant_name} · {TITLE} · {document.plan_name}",
        footer=f"{reference} · Stand {moment(cover.as_of)}",
        widths=widths,
        landscape=landscape,
    )


def _financing(sheet: Sheet, document: FinanzierungsuebersichtDocument) -> None:
    sheet.title(f"{TITLE}: {document.plan_name}", f"{document.subject} · Szenario: {document.scenario}")
    heads = [*(f"{year} (Euro)" for year in document.years), "gesamt (Euro)"]
    head_row = sheet.row(
        ("Teilplanzeile", "head"),
        *((head, "head-right") for head in heads),
        ("Erläuterung", "head-note"),
        ("Prüfstand", "head-note"),
    )
    sheet.freeze_and_repeat(head_row)
    blanks = len(document.years) + 3
    sum_rows = []
    for line in document.expenses:
        sheet.row((f"{line.number} {line.title}", "group"), *([(None, "group")] * blanks))
        first = sheet.next_row
        for item in line.items:
            sheet.row(
                (item.label, "text"),
                *_amounts(item.amounts, "euro"),
                (item.note, "note"),
                ("" if item.verified else UNVERIFIED, "note"),
            )
        row = sheet.row((f"Summe {line.number}", "label-strong"), *_amounts(line.amounts, "euro-strong"))
        sum_rows.append((row, first))
    cost = sheet.row(("Gesamtkosten", "label-total"), *_amounts(document.total_cost, "euro-total"))
    income = document.income
    grant = sheet.row((f"{income.number} {income.title}", "text"), *_amounts(income.amounts, "euro"))
    own = sheet.row(("Eigenanteil", "label-total"), *_amounts(document.eigenanteil, "euro-total"))
    shares = (*document.eigenanteil_percent, document.eigenanteil_percent_total)
    sheet.row(("Eigenanteil an den Gesamtkosten", "text"), *((share, "share") for share in shares))
    sheet.skip()
    columns = [xl_col_to_name(column) for column in range(1, len(document.years) + 2)]
    items = [
        "+".join(f"SUM({column}{first + 1}:{column}{row})" for row, first in sum_rows if row > first)
        for column in columns
    ]
    sheet.check_row(
        "Kontrolle: Summe aller Zeilen − Gesamtkosten",
        [f"=ROUND({total}-{column}{cost + 1},2)" for column, total in zip(columns, items, strict=True)],
    )
    sheet.check_row(
        "Kontrolle: Gesamtkosten − Zuwendung (mindestens 0) − Eigenanteil",
        [
            *(
                f"=ROUND(MAX({column}{cost + 1}-{column}{grant + 1},0)-{column}{own + 1},2)"
                for column in columns[:-1]
            ),
            f"=ROUND(SUM({columns[0]}{own + 1}:{columns[-2]}{own + 1})-{columns[-1]}{own + 1},2)",
        ],
    )


def _derivation(sheet: Sheet, document: FinanzierungsuebersichtDocument) -> None:
    sheet.title("Herleitung der Zuwendung", "Menge × Satz je Jahr × Monate/12")
    head_row = sheet.row(
        ("Jahr", "head"),
        ("Bestandteil", "head"),
        ("Menge", "head-right"),
        ("Einheit", "head-note"),
        ("Satz je Jahr (Euro)", "head-right"),
        ("Monate", "head-right"),
        ("Betrag (Euro)", "head-right"),
        ("Quelle", "head-note"),
        ("Prüfstand", "head-note"),
    )
    sheet.freeze_and_repeat(head_row, columns=2)
    for year in document.derivation:
        basis = f"{BASIS_LABELS[year.basis]}{': ' if year.reference else ''}{year.reference}"
        sheet.row((year.year, "group-year"), (basis, "group"), *([(None, "group")] * 7))
        for component in year.components:
            sheet.row(
                (year.year, "year"),
                (component.label, "text"),
                (component.quantity, "quantity"),
                (component.unit, "unit"),
                (component.rate, "euro"),
                (component.months, "whole"),
                (component.amount, "euro"),
                (component.source, "note"),
                ("" if component.verified else UNVERIFIED, "note"),
            )
        sheet.row(
            (year.year, "year-strong"),
            (f"Zuwendung {year.year}", "label-strong"),
            *([(None, "label-strong")] * 4),
            (year.amount, "euro-strong"),
        )


def _particulars(sheet: Sheet, document: FinanzierungsuebersichtDocument, json_sha256: str) -> None:
    cover = document.cover
    sender = cover.letterhead
    sheet.title("Angaben", f"{TITLE}: {document.plan_name}")
    sheet.freeze_and_repeat(sheet.row(("Angabe", "head"), ("Wert", "head")), columns=1)
    for label, value in [
        ("Ergebnis", summary(document)),
        ("Kommune", f"{sender.tenant_name} ({sender.tenant_kind})"),
        ("Stelle", sender.office),
        ("Aktenzeichen", cover.file_number),
        ("Aufgestellt durch", cover.prepared_by),
        ("Datum", day(cover.issued_on)),
        ("Stand der Daten", moment(cover.as_of)),
        ("Plan", document.plan_name),
        ("Szenario", document.scenario),
    ]:
        sheet.row((label, "strong"), (value, "text"))
    for guideline in document.guidelines:
        valid = (
            period(guideline.valid_from, guideline.valid_until)
            if guideline.valid_until
            else f"seit {day(guideline.valid_from)}"
        )
        sheet.row(
            ("Förderrichtlinie", "strong"),
            (f"{guideline.title}, gültig {valid}. Quelle: {guideline.source}", "text"),
        )
    for assumption in document.assumptions:
        mark = "" if assumption.verified else f" ({UNVERIFIED})"
        sheet.row((assumption.label, "strong"), (f"{assumption.value}{mark}", "text"))
    for remark in document.remarks:
        sheet.row(("Hinweis", "strong"), (remark, "text"))
    for year in document.derivation:
        for component in year.components:
            if formula := component_formula(component):
                sheet.row((f"Rechenweg {year.year}", "strong"), (f"{component.label}: {formula}", "text"))
    sheet.row(("Rundung", "strong"), (SUM_RULE, "text"))
    sheet.row(("Kontrolle", "strong"), (_CHECK_RULE, "text"))
    if has_unverified(document):
        sheet.row((UNVERIFIED, "strong"), (UNVERIFIED_NOTE, "text"))
    sheet.row(
        ("Prüfsumme der Daten", "strong"),
        (f"SHA-256 {json_sha256} (JSON, {document.report_type}, Fassung {document.schema_version})", "text"),
    )


def _amounts(amounts: Amounts, look: str) -> list[tuple[object, str]]:
    return [(value, look) for value in (*amounts.by_year, amounts.total)]
