"""The workbook of a Finanzierungsübersicht: real numbers, ready to print, nothing that runs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from kimhub.reports.frame import render
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT

from .conftest import document_of, item, line


def book(document, **options):
    return openpyxl.load_workbook(BytesIO(render(FINANZIERUNGSUEBERSICHT, document).xlsx), **options)


def rows_of(sheet):
    return {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value}


def test_amounts_are_numbers_equal_to_those_of_the_document(koeln):
    rows = rows_of(book(koeln)["Finanzierung"])
    for budget_line in koeln.expenses:
        assert cents(rows[f"Summe {budget_line.number}"]) == [
            *budget_line.amounts.by_year,
            budget_line.amounts.total,
        ]
        for entry in budget_line.items:
            assert cents(rows[entry.label]) == [*entry.amounts.by_year, entry.amounts.total]
    assert cents(rows["Gesamtkosten"])[-1] == Decimal("1686708.05")
    assert cents(rows["Eigenanteil"]) == [*koeln.eigenanteil.by_year, koeln.eigenanteil.total]


def cents(values):
    return [Decimal(str(value)).quantize(Decimal("0.01")) for value in values[:4]]


def test_amounts_carry_a_euro_format(koeln):
    sheet = book(koeln)["Finanzierung"]
    cell = next(row[1] for row in sheet.iter_rows() if row[0].value == "Gesamtkosten")
    assert cell.data_type == "n"
    assert cell.number_format == '#,##0.00\\ "€"'


def test_the_check_rows_add_the_lines_up_again(koeln):
    sheet = book(koeln)["Finanzierung"]
    values = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
    (total_row,) = [row[0].row for row in sheet.iter_rows() if row[0].value == "Gesamtkosten"]
    (check_row,) = [row for row in sheet.iter_rows() if str(row[0].value).startswith("Kontrolle: Summe")]
    items = {entry.label for budget_line in koeln.expenses for entry in budget_line.items}
    for cell in check_row[1:5]:
        column = cell.column_letter
        assert cell.value.startswith("=ROUND(SUM(")
        assert f"-{column}{total_row}" in cell.value
        ranges = [part.split(")")[0] for part in cell.value.split("SUM(")[1:]]
        covered = [row for part in ranges for row in range(*limits(part))]
        assert {values[f"A{row}"] for row in covered} == items
        assert len(covered) == len(items)


def limits(cell_range):
    first, last = (int("".join(filter(str.isdigit, end))) for end in cell_range.split(":"))
    return first, last + 1


@pytest.mark.parametrize(
    ("name", "orientation"),
    [("Finanzierung", "landscape"), ("Herleitung", "landscape"), ("Angaben", "portrait")],
)
def test_every_sheet_prints_on_a4_with_head_and_page_numbers(koeln, name, orientation):
    sheet = book(koeln)[name]
    assert sheet.page_setup.orientation == orientation
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToWidth in (None, 1)  # one page wide is the default and need not be written
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.freeze_panes is not None
    assert sheet.oddFooter.right.text == "Seite &P von &N"


def test_the_derivation_gives_each_part_of_the_zuwendung(koeln, assumed):
    parts = derivation_rows(koeln)
    assert [2021, "Bewilligter Betrag", None, None, None, None, 463500] in parts
    assert [2022, "Koordinierungsstelle", 2.5, "VZÄ", 55000, 12, 137500] in parts
    assert [2022, "Verwaltungsassistenz", 1, "halbe Stelle", 22500, 12, 22500] in parts
    assert [2022, "Begleitausgaben", None, "höchstens", 40000, 12, 40000] in parts
    assert sum(row[6] for row in parts if row[0] == 2022 and row[5]) == 843100
    (marked,) = [
        row for row in book(assumed)["Herleitung"].iter_rows(values_only=True) if row[8] == "ungeprüft"
    ]
    assert marked[1] == "Begleitausgaben"
    assert marked[7] == "Baustein 1 · Annahme im Plan"


def derivation_rows(document):
    return [list(row[:7]) for row in book(document)["Herleitung"].iter_rows(min_row=5, values_only=True)]


def test_the_particulars_name_guideline_stand_and_hash(koeln):
    report = render(FINANZIERUNGSUEBERSICHT, koeln)
    rows = rows_of(openpyxl.load_workbook(BytesIO(report.xlsx))["Angaben"])
    assert rows["Stand der Daten"][0] == "13.09.2021, 09:30 Uhr"
    assert "vom 25.11.2020, gültig 25.11.2020 bis 31.12.2022" in rows["Förderrichtlinie"][0]
    assert report.sha256["json"] in rows["Prüfsumme der Daten"][0]


def test_the_file_names_its_author_and_the_moment_of_its_data(koeln):
    properties = book(koeln).properties
    assert (
        properties.title
        == "Finanzierungsübersicht: Kommunales Integrationsmanagement in Köln, Förderbausteine 1 und 2"
    )
    assert properties.creator == "Kommunales Integrationszentrum"
    assert properties.created.isoformat() == "2021-09-13T07:30:00"


def test_a_text_that_looks_like_a_formula_stays_a_text(koeln):
    label = '=HYPERLINK("https://example.org")'
    document = replace(
        document_of(
            koeln.years,
            (line("11", "Personalaufwendungen", item(label, "1.00", "1.00", "1.00", note="@SUM(A1)")),),
            koeln.derivation,
        ),
        scenario="https://example.org/ & mehr",
    )
    sheet = book(document)["Finanzierung"]
    (cell,) = [row[0] for row in sheet.iter_rows() if row[0].value == label]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
