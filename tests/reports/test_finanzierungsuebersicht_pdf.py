"""The PDF of a Finanzierungsübersicht: its figures, its pages, and what archive and accessibility ask of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kimhub.reports.frame import render
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT

from .conftest import document_of, item, line
from .pdf_structure import elements, pages, reader, xmp


def pdf(document):
    return render(FINANZIERUNGSUEBERSICHT, document).pdf


@pytest.fixture
def koeln_pdf(koeln):
    return pdf(koeln)


def test_the_pdf_shows_the_totals_in_german_notation(koeln_pdf):
    text = " ".join(pages(koeln_pdf))
    for figure in ("1.686.708,05 €", "1.306.600,00 €", "380.108,05 €", "22,5 %", "843.100,00"):
        assert figure in text


def test_every_amount_of_the_document_is_printed(koeln, koeln_pdf):
    text = " ".join(pages(koeln_pdf))
    for budget_line in koeln.expenses:
        for amounts in (budget_line.amounts, *(entry.amounts for entry in budget_line.items)):
            for value in (*amounts.by_year, amounts.total):
                printed = f"{value:,.2f}".translate(str.maketrans(",.", ".,"))
                assert not value or printed in text


def test_the_sheet_names_tenant_aktenzeichen_date_and_page(koeln_pdf):
    sheet = pages(koeln_pdf)
    for words in ("Stadt Köln", "KI-50-21/2021", "13.09.2021", "KI-Koordination"):
        assert words in sheet[0]
    for number, text in enumerate(sheet, start=1):
        assert f"Seite {number} von {len(sheet)}" in text


def test_the_file_claims_pdf_a_3a_and_pdf_ua_1_in_german(koeln_pdf):
    metadata = xmp(koeln_pdf)
    assert "<pdfaid:part>3<" in metadata
    assert "<pdfaid:conformance>A<" in metadata
    assert "<pdfuaid:part>1<" in metadata
    root = reader(koeln_pdf).trailer["/Root"]
    assert root["/Lang"] == "de-DE"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader(koeln_pdf).metadata.title == "Finanzierungsübersicht"


def test_the_json_is_attached_as_the_source_of_the_figures(koeln):
    report = render(FINANZIERUNGSUEBERSICHT, koeln)
    attached = reader(report.pdf).attachments
    assert attached == {"finanzierungsuebersicht.json": [report.json]}
    (file,) = reader(report.pdf).trailer["/Root"]["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Source"
    assert report.sha256["json"] in " ".join(pages(report.pdf))


def test_headings_tables_and_the_chart_are_tagged(koeln_pdf):
    kinds = [element["/S"] for element in elements(koeln_pdf)]
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 6
    assert kinds.count("/Table") == 3
    (figure,) = (element for element in elements(koeln_pdf) if element["/S"] == "/Figure")
    assert "2022: Gesamtkosten 1.084.959,00\N{NO-BREAK SPACE}€" in figure["/Alt"]


def test_a_figure_is_announced_with_its_year_and_not_with_all_years(koeln_pdf):
    headers = {
        element["/ID"]: attribute["/Headers"]
        for element in elements(koeln_pdf)
        if element["/S"] == "/TH"
        for attribute in attributes(element)
        if "/Headers" in attribute
    }
    figures = [
        attribute["/Headers"]
        for element in elements(koeln_pdf)
        if element["/S"] == "/TD"
        for attribute in attributes(element)
        if "/Headers" in attribute
    ]
    assert len(figures) > 100
    for own in figures:
        assert len(own) == 1
        assert len(headers[own[0]]) <= 1  # the year, or the group of rows that leads to the year


def attributes(element):
    value = element.get("/A", [])
    return [entry.get_object() for entry in (value if isinstance(value, list) else [value])]


def test_a_long_plan_breaks_over_pages_that_repeat_the_table_head(long_plan):
    sheet = pages(pdf(long_plan))
    table_pages = [text for text in sheet if re.search(r"Stelle \d\d, S12", text)]
    assert len(table_pages) >= 3
    for text in table_pages:
        assert "Aufwendungen nach Teilplanzeilen (in Euro) 2021 2022 2023 gesamt" in text
        assert "11 Personalaufwendungen" in text
    assert sum(len(re.findall(r"Stelle \d\d, S12", text)) for text in sheet) == 60


def test_the_financing_never_breaks(long_plan):
    for count in range(10, 50, 2):
        staff = long_plan.expenses[0].items[:count]
        document = document_of(
            long_plan.years, (line("11", "Personalaufwendungen", *staff),), long_plan.derivation
        )
        (closing,) = [text for text in pages(pdf(document)) if "Eigenanteil an den Gesamtkosten" in text]
        assert "Finanzierung (in Euro) 2021 2022 2023 gesamt" in closing
        assert re.search(r"^Gesamtkosten [\d.]+,\d\d", closing, re.MULTILINE)
        assert re.search(r"^02 Zuwendungen", closing, re.MULTILINE)


def test_overlong_labels_and_umlauts_stay_on_the_page(koeln):
    label = "Überörtliche Koordinierungsstelle für ausländerrechtliche Maßnahmen " * 3 + "W" * 300
    name = "Anlage_" + "x" * 300
    document = document_of(
        koeln.years,
        (line("11", "Personalaufwendungen", item(label, "1.00", "1.00", "1.00", note=name)),),
        koeln.derivation,
    )
    content = pdf(document)
    text = " ".join(pages(content))
    assert "Maßnahmen" in text
    assert text.count("x") >= 300
    assert text.count("W") >= 300
    assert max(right_edges(content)) < 595 - 50


def right_edges(content):
    """Return the right edge of every piece of text in points, its width estimated low (0.4 of its size a character)."""
    edges = []

    def visit(text, matrix, text_matrix, _font, size):
        left = matrix[4] + text_matrix[4]
        edges.extend(left + len(line_text) * 0.4 * (size or 0) for line_text in text.splitlines())

    for page in reader(content).pages:
        page.extract_text(visitor_text=visit)
    return edges


def test_unverified_values_are_marked_and_explained(koeln, assumed):
    text = " ".join(pages(pdf(assumed)))
    assert "Begleitausgaben ungeprüft\nBaustein 1 · Annahme im Plan" in text
    assert "noch nicht durch eine amtliche Quelle belegt" in text
    assert "ungeprüft" not in " ".join(pages(pdf(koeln)))


def test_remarks_of_the_planner_are_printed(koeln):
    remarked = replace(koeln, remarks=("2022: Die Stellenanteile überschreiten die Höchstzahl.",))
    text = " ".join(pages(pdf(remarked)))
    assert "Hinweise" in text
    assert "2022: Die Stellenanteile überschreiten die Höchstzahl." in text


def test_hyphens_can_be_searched(koeln):
    text = " ".join(pages(pdf(koeln)))
    assert "\N{SOFT HYPHEN}" not in text
    assert "Tarif- und Besoldungssteigerung" in text


def test_many_years_turn_the_table_and_split_it(koeln):
    years = tuple(range(2021, 2031))
    document = document_of(
        years, (line("11", "Personalaufwendungen", item("Stelle", *["123456789.01"] * 10)),), koeln.derivation
    )
    content = pdf(document)
    turned = [page for page in reader(content).pages if page.mediabox.width > page.mediabox.height]
    assert len(turned) == 1
    text = turned[0].extract_text()
    assert "2021 2022 2023 2024 2025 2026 2027\n" in text
    assert "2028 2029 2030 gesamt\n" in text
    assert "1.234.567.890,10" in text


def test_a_recipient_is_addressed(koeln):
    letter = replace(
        koeln, cover=replace(koeln.cover, recipient_lines=("Integrationsrat der Stadt Köln", "50475 Köln"))
    )
    first = pages(pdf(letter))[0]
    assert "Stadt Köln · Musterallee 1 · 50667 Köln" in first
    assert first.index("Integrationsrat der Stadt Köln") < first.index("Finanzierungsübersicht")


def test_markup_in_texts_is_printed_as_it_is(koeln):
    sly = replace(koeln, plan_name='#panic("x") *fett* <label> $x$ //', scenario="= Titel \\ _x_")
    text = " ".join(pages(pdf(sly)))
    assert 'Plan: #panic("x") *fett* <label> $x$ //' in text
    assert "= Titel \\ _x_" in text
