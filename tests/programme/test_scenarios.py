"""Scenarios side by side: hand-worked figures, and what must hold for any plans."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from kimhub.programme.documents import plan_from_json, plan_from_toml, scenarios_to_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.result import COST_ROW, EIGENANTEIL_ROW, GRANT_ROW
from kimhub.programme.scenarios import compare_scenarios, under_guideline
from kimhub.programme.what_if import apply_changes, parse_changes
from tests.programme.plans import plan_documents
from tests.programme.test_koeln import KOELN
from tests.support.examples import examples

GUIDELINES = load_foerderrichtlinien()


@pytest.fixture(scope="module")
def koeln():
    return plan_from_toml(KOELN.read_bytes())


def amounts(row, year):
    return [cell.amount for cell in row.by_year[year]]


def test_koeln_under_the_rates_from_2023_by_hand(koeln):
    """2.5 × 57,000 + 22,500 + 11 × 57,000 + 2.5 × 5,700 (unverified) = 806,250; 2021 stays what the Bescheid says."""
    table = compare_scenarios([(koeln, None), (koeln, "kim_2023")], GUIDELINES)
    grant, own = table.row(GRANT_ROW), table.row(EIGENANTEIL_ROW)
    assert amounts(grant, 2022) == [Decimal("843100.00"), Decimal("806250.00")]
    assert amounts(grant, 2021) == [Decimal("463500.00")] * 2
    assert own.total[1].difference == Decimal("36850.00")
    assert amounts(table.row(COST_ROW), 2022) == [Decimal("1084959.00")] * 2


def test_a_scenario_names_its_guideline_and_what_nobody_has_verified(koeln):
    first, second = compare_scenarios([(koeln, None), (koeln, "kim_2023")], GUIDELINES).scenarios
    assert "25.11.2020 (2022)" in first.guidelines
    assert "Bescheid (2021)" in first.guidelines
    assert "12.12.2024" in second.guidelines
    assert first.result.unverified == ()
    assert [value.key for value in second.result.unverified] == ["sachausgaben_koordination"]


def test_only_years_that_a_guideline_computes_change_theirs(koeln):
    changed = under_guideline(koeln, "kim_2023")
    assert [(grant.year, grant.guideline) for grant in changed.grants] == [(2021, None), (2022, "kim_2023")]


def test_rows_that_one_plan_lacks_stand_in_their_teilplanzeile_with_zero(koeln):
    fewer = replace(koeln, positions=koeln.positions[:3])
    for chosen in ([koeln, fewer], [fewer, koeln]):
        table = compare_scenarios([(plan, None) for plan in chosen], GUIDELINES)
        ids = [row.id for row in table.rows]
        assert ids.index("positions.case_management") < ids.index("teilplanzeile.11")
        assert ids.index("positions.traeger") < ids.index("teilplanzeile.15")
        assert Decimal(0) in amounts(table.row("positions.traeger"), 2022)


def test_a_label_names_a_share_only_where_all_scenarios_have_it(koeln):
    fewer = apply_changes(koeln, parse_changes(["positions.leitung.fte=0.5"]))
    table = compare_scenarios([(koeln, None), (fewer, None)], GUIDELINES)
    assert table.row("positions.leitung").label == "Leitung und strategischer Overhead"
    assert table.row("positions.assistenz").label.startswith("0,5 A7")


def test_plans_of_different_years_share_one_table(koeln):
    later = apply_changes(koeln, parse_changes(["period.end=2024-03-31"]))
    table = compare_scenarios([(koeln, None), (later, None)], GUIDELINES)
    assert table.years == (2021, 2022, 2023, 2024)
    assert amounts(table.row(COST_ROW), 2024)[0] == 0


@pytest.mark.parametrize("number", [0, 1, 5])
def test_two_to_four_scenarios_are_compared(koeln, number):
    with pytest.raises(ValueError, match="2 to 4"):
        compare_scenarios([(koeln, None)] * number, GUIDELINES)


def test_an_unknown_guideline_is_refused_with_those_there_are(koeln):
    with pytest.raises(PlanInvalidError, match="kim_2023"):
        compare_scenarios([(koeln, None), (koeln, "kim_1999")], GUIDELINES)


def test_the_json_has_strings_and_no_difference_for_the_first(koeln):
    document = scenarios_to_json(compare_scenarios([(koeln, None), (koeln, "kim_2023")], GUIDELINES))
    row = next(row for row in document["rows"] if row["id"] == EIGENANTEIL_ROW)
    assert row["by_year"]["2022"] == [
        {"amount": "241859.00", "difference": None},
        {"amount": "278709.00", "difference": "36850.00"},
    ]


@settings(max_examples=examples(40))
@given(plan_documents(), plan_documents())
def test_every_column_adds_up_and_every_difference_leads_back(one, other):
    plans = [(plan_from_json(document), None) for document in (one, other)]
    table = compare_scenarios(plans, GUIDELINES)
    for row in table.rows:
        for place in range(2):
            assert row.total[place].amount == sum(row.by_year[year][place].amount for year in table.years)
        for cells in (*row.by_year.values(), row.total):
            assert cells[0].amount + cells[1].difference == cells[1].amount
    rows = [table.row(name).by_year for name in (COST_ROW, GRANT_ROW, EIGENANTEIL_ROW)]
    for year in table.years:
        for cost, grant, own in zip(*(row[year] for row in rows), strict=True):
            assert own.amount == max(cost.amount - grant.amount, Decimal(0))
