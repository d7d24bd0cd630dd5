"""From the plan to the document: Köln's figures to the cent, the derivation with its sources."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.plan import YearGrant
from kimhub.programme.terms import GrantBasis as PlanGrantBasis
from kimhub.programme.terms import PositionFunction
from kimhub.reports.findings import errors_of
from kimhub.reports.types.finanzierungsuebersicht.checks import check
from kimhub.reports.types.finanzierungsuebersicht.collect import collect
from kimhub.reports.types.finanzierungsuebersicht.document import AT_MOST, GrantBasis

from .conftest import COVER


def document_of_plan(plan):
    return collect(plan, load_foerderrichtlinien(), cover=COVER, scenario="Ausgangsplan")


def test_koelns_table_comes_out_to_the_cent(koeln):
    rows = {item.label: item.amounts.by_year for line in koeln.expenses for item in line.items}
    assert rows["Leitung und strategischer Overhead"] == decimals("56066.67", "85782.00", "21874.41")
    assert rows["Case Management, operative Koordination"] == decimals("52066.66", "79662.00", "20313.81")
    sums = {line.number: line.amounts.by_year for line in (*koeln.expenses, koeln.income)}
    assert sums == {
        "11": decimals("213633.33", "326859.00", "83349.05"),
        "15": decimals("226666.67", "680000.00", "0"),
        "16": decimals("78100.00", "78100.00", "0"),
        "02": decimals("463500.00", "843100.00", "0"),
    }
    assert koeln.total_cost.total == Decimal("1686708.05")
    assert koeln.eigenanteil.by_year == decimals("54900.00", "241859.00", "83349.05")
    assert koeln.eigenanteil_percent == decimals("10.6", "22.3", "100.0")
    assert koeln.eigenanteil_percent_total == Decimal("22.5")
    assert errors_of(check(koeln)) == ()


def decimals(*values):
    return tuple(map(Decimal, values))


def test_a_position_is_explained_by_function_grade_share_and_cost(koeln):
    notes = {
        item.label: item.note.replace("\N{NO-BREAK SPACE}", " ")
        for line in koeln.expenses
        for item in line.items
    }
    assert notes["Assistenz"] == "Verwaltungsassistenz · A7 LBesG NRW · 0,5 VZÄ zu 62.100,00 €"
    assert notes["Case Management bei Wohlfahrtsverbänden und freien Trägern"] == (
        "Case Management · 2021: 5,0 VZÄ, 2022: 10,0 VZÄ zu 68.000,00 € · ohne Steigerung · 01.05.2021 bis 31.12.2022"
    )
    assert notes["Externe Begleitung und Beratung"] == ""


def test_the_zuwendung_is_derived_from_bescheid_and_guideline_with_sources(koeln):
    granted, computed = koeln.derivation
    assert (granted.basis, granted.amount) == (GrantBasis.ZUWENDUNGSBESCHEID, Decimal("463500.00"))
    assert (computed.basis, computed.amount) == (GrantBasis.FOERDERRICHTLINIE, Decimal("843100.00"))
    parts = {part.label: part for part in computed.components}
    assert parts["Case Management"].quantity == 11
    assert parts["Case Management"].source.startswith("Baustein 2 · Stadt Köln, Beschlussvorlage 2021")
    assert (parts["Verwaltungsassistenz"].quantity, parts["Verwaltungsassistenz"].unit) == (1, "halbe Stelle")
    assert (parts["Begleitausgaben"].quantity, parts["Begleitausgaben"].unit) == (None, AT_MOST)
    (guideline,) = koeln.guidelines
    assert guideline.title == computed.reference
    assert guideline.valid_from.isoformat() == "2020-11-25"


def test_an_assumed_rate_is_marked_as_unverified_with_the_plan_as_its_source(assumed):
    (part,) = [part for year in assumed.derivation for part in year.components if not part.verified]
    assert (part.label, part.source) == ("Begleitausgaben", "Baustein 1 · Annahme im Plan")
    assert not assumed.income.items[0].verified


def test_shares_beyond_a_cap_stand_as_negative_parts_with_a_remark(koeln_plan):
    positions = tuple(
        replace(position, fte=Decimal(3)) if position.id == "leitung" else position
        for position in koeln_plan.positions
    )
    document = document_of_plan(replace(koeln_plan, positions=positions))
    beyond = [
        part for part in document.derivation[1].components if part.quantity is not None and part.quantity < 0
    ]
    assert {part.label for part in beyond} == {
        "Koordinierungsstelle: über der Höchstzahl",
        "Sachausgaben Koordinierung: über der Höchstzahl",
    }
    assert any("drei" in remark or "3,0" in remark for remark in document.remarks)
    assert errors_of(check(document)) == ()


def test_an_unverified_cap_that_bound_the_zuwendung_is_an_assumption(koeln_plan):
    positions = tuple(
        replace(position, fte=Decimal(1))
        if position.function is PositionFunction.VERWALTUNGSASSISTENZ
        else position
        for position in koeln_plan.positions
    )
    document = document_of_plan(replace(koeln_plan, positions=positions))
    assert "Höchstzahl Verwaltungsassistenz" in {
        entry.label for entry in document.assumptions if not entry.verified
    }


@pytest.mark.parametrize("year", [2021, 2022])
def test_parts_of_a_year_count_by_months(koeln_plan, year):
    grants = tuple(YearGrant(each, PlanGrantBasis.GUIDELINE) for each in (2021, 2022))
    document = document_of_plan(replace(koeln_plan, grants=grants))
    (derived,) = [entry for entry in document.derivation if entry.year == year]
    assert {part.months for part in derived.components} == {8 if year == 2021 else 12}
    assert errors_of(check(document)) == ()
