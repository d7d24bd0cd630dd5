"""Köln's plan of 2021: from inputs alone to every figure of the Beschlussvorlage, to the cent."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from kimhub.programme.calculator import calculate
from kimhub.programme.comparison import compare
from kimhub.programme.documents import plan_from_toml, result_to_json
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.what_if import apply_changes, parse_changes

KOELN = Path(__file__).parents[2] / "examples" / "koeln.toml"

BESCHLUSSVORLAGE = {
    "positions.leitung": ("56066.67", "85782.00", "21874.41"),
    "positions.steuerung": ("84800.00", "129744.00", "33084.72"),
    "positions.assistenz": ("20700.00", "31671.00", "8076.11"),
    "positions.case_management": ("52066.66", "79662.00", "20313.81"),
    "teilplanzeile.11": ("213633.33", "326859.00", "83349.05"),
    "positions.traeger": ("226666.67", "680000.00", "0.00"),
    "teilplanzeile.15": ("226666.67", "680000.00", "0.00"),
    "teilplanzeile.16": ("78100.00", "78100.00", "0.00"),
    "cost": ("518400.00", "1084959.00", "83349.05"),
    "teilplanzeile.02": ("463500.00", "843100.00", "0.00"),
    "eigenanteil": ("54900.00", "241859.00", "83349.05"),
}


def the_plan():
    return plan_from_toml(KOELN.read_bytes())


def the_result(*changes):
    plan = apply_changes(the_plan(), parse_changes(changes)) if changes else the_plan()
    return calculate(plan, load_foerderrichtlinien())


def amounts(result, row_id):
    return [str(amount) for amount in result.row(row_id).amounts.values()]


@pytest.mark.parametrize("row_id", BESCHLUSSVORLAGE)
def test_every_line_of_the_table_comes_out_to_the_cent(row_id):
    assert amounts(the_result(), row_id) == list(BESCHLUSSVORLAGE[row_id])


def test_the_project_costs_what_the_council_decided():
    total = result_to_json(the_result())["total"]
    assert total == {
        "cost": "1686708.05",
        "grant": "1306600.00",
        "eigenanteil": "380108.05",
        "eigenanteil_percent": "22.5",
    }


def test_the_example_holds_inputs_only():
    """No figure that the calculator must find stands in the file. Three inputs are equal to results:

    the Bescheid of 2021; the annual cost of S17, because 1.5 positions for 8 of 12 months cost just that;
    and the annual cost of S15, which happens to be the sum of line 16.
    """
    numbers = {
        Decimal(value)
        for value in _leaves(tomllib.loads(KOELN.read_text(encoding="utf-8"), parse_float=Decimal))
        if isinstance(value, int | Decimal)
    }
    results = {Decimal(amount) for line in BESCHLUSSVORLAGE.values() for amount in line}
    results |= {Decimal("1686708.05"), Decimal(1306600), Decimal("380108.05"), Decimal("22.5")}
    assert numbers & results == {Decimal(0), Decimal(463500), Decimal(84800), Decimal(78100)}


def test_the_grant_of_2022_follows_step_by_step_from_the_guideline_of_2020():
    grant = next(grant for grant in the_result().grants if grant.year == 2022)
    assert grant.guideline == "kim_2020"
    steps = [
        (step.key.value, str(step.rate), step.fte and str(step.fte), step.months, str(step.amount))
        for step in grant.steps
    ]
    assert steps == [
        ("koordination", "55000.00", "2.50", 12, "137500.00"),
        ("verwaltungsassistenz", "22500.00", "0.50", 12, "22500.00"),
        ("sachausgaben_koordination", "9700.00", "2.50", 12, "24250.00"),
        ("sachausgaben_verwaltungsassistenz", "4850.00", "0.50", 12, "4850.00"),
        ("begleitausgaben", "40000.00", None, 12, "40000.00"),
        ("externe_begleitung", "9000.00", None, 12, "9000.00"),
        ("case_management", "55000.00", "11.00", 12, "605000.00"),
    ]
    assert str(grant.amount) == "843100.00"


def test_the_calculation_names_its_guideline_and_used_no_unverified_value():
    result = the_result()
    assert [(guideline.id, guideline.years) for guideline in result.guidelines] == [("kim_2020", (2022,))]
    assert result.unverified == ()


def test_the_winding_up_of_2023_is_paid_without_a_grant_and_said_so():
    assert [finding.code for finding in the_result().findings] == ["cost_without_grant"]


def test_five_positions_fewer_at_traeger_in_2022_save_65000_of_own_money():
    """5 × 68,000 less cost, 5 × 55,000 less grant."""
    result = the_result("positions.traeger.fte.2022=5")
    assert amounts(result, "cost") == ["518400.00", "744959.00", "83349.05"]
    assert amounts(result, "teilplanzeile.02") == ["463500.00", "568100.00", "0.00"]
    difference = compare(the_result(), result)
    assert [str(difference.total.cost), str(difference.total.grant), str(difference.total.eigenanteil)] == [
        "-340000.00", "-275000.00", "-65000.00",
    ]  # fmt: skip
    assert difference.findings == ()


def test_no_pay_rise_keeps_the_rates_of_2021():
    result = the_result("pay_rise_percent=0")
    assert amounts(result, "positions.leitung") == ["56066.67", "84100.00", "21025.00"]
    assert amounts(result, "teilplanzeile.11") == ["213633.33", "320450.00", "80112.50"]


def test_a_higher_pay_rise_of_one_position_compounds():
    """84,100 × 1.03 and × 1.03² × 3/12."""
    result = the_result("positions.leitung.pay_rise=3")
    assert amounts(result, "positions.leitung") == ["56066.67", "86623.00", "22305.42"]


def test_another_rate_changes_only_its_row():
    """80,000 × 8/12 leaves a remainder of ⅓ cent, so the missing cent of 2021 now goes to S15 with its ⅔."""
    result = the_result("positions.leitung.rate=80000")
    assert amounts(result, "positions.leitung") == ["53333.33", "81600.00", "20808.00"]
    assert amounts(result, "positions.case_management") == ["52066.67", "79662.00", "20313.81"]
    assert amounts(result, "teilplanzeile.11") == ["210900.00", "322677.00", "82282.64"]


def test_a_later_start_costs_fewer_months_and_the_bescheid_does_not_follow():
    """From July: 6/12 of every position in 2021."""
    result = the_result("period.start=01.07.2021")
    assert amounts(result, "teilplanzeile.11") == ["160225.00", "326859.00", "83349.05"]
    assert amounts(result, "teilplanzeile.15") == ["170000.00", "680000.00", "0.00"]
    assert amounts(result, "teilplanzeile.02")[0] == "463500.00"
    codes = [finding.code for finding in compare(the_result(), result).findings]
    assert codes == ["grant_fixed_by_bescheid"]


def test_2021_by_guideline_counts_eight_months():
    """8/12 of 568,100 = 2.5 × 55,000 + 22,500 + 6 × 55,000 + 2.5 × 9,700 + 4,850 + 40,000 + 9,000."""
    result = the_result("grants.2021.basis=guideline")
    assert amounts(result, "teilplanzeile.02")[0] == "378733.33"
    grant = next(grant for grant in result.grants if grant.year == 2021)
    assert {step.months for step in grant.steps} == {8}
    assert sum(step.amount for step in grant.steps) == grant.amount
    assert [(finding.code, finding.path) for finding in result.findings] == [
        ("cost_above_limit", "lines[2].amounts.2021"),
        ("cost_above_limit", "lines[3].amounts.2021"),
        ("cost_without_grant", "grants"),
    ]


def test_another_rate_of_the_guideline_is_an_assumption_and_marked_unverified():
    result = the_result("rates.case_management=57000")
    assert amounts(result, "teilplanzeile.02")[1] == "865100.00"
    assert [(value.key.value, str(value.amount), value.guideline) for value in result.unverified] == [
        ("case_management", "57000.00", None)
    ]


def test_the_later_guideline_has_its_own_rates_and_says_what_it_does_not_know():
    """2.5 × 57,000 + 22,500 + 11 × 57,000 + 2.5 × 5,700 (unverified), nothing where it has no value."""
    result = the_result("grants.2022.guideline=kim_2023")
    assert amounts(result, "teilplanzeile.02")[1] == "806250.00"
    assert [value.key.value for value in result.unverified] == ["sachausgaben_koordination"]
    missing = [finding.path for finding in result.findings if finding.code == "rate_missing"]
    assert missing == [
        "rates.sachausgaben_verwaltungsassistenz",
        "rates.begleitausgaben",
        "rates.externe_begleitung",
    ]


def test_the_number_of_coordinators_a_city_gets_is_capped_and_said_so():
    """4 instead of 2.5 coordinators: 3 are funded, 1 is not."""
    result = the_result("positions.steuerung.fte.2022=3")
    assert amounts(result, "teilplanzeile.02")[1] == "875450.00"
    grant = next(grant for grant in result.grants if grant.year == 2022)
    steps = [(str(step.fte), str(step.amount)) for step in grant.steps if step.key.value == "koordination"]
    assert steps == [("4.00", "220000.00"), ("-1.00", "-55000.00")]
    finding = next(finding for finding in result.findings if finding.code == "coordinators_above_cap")
    assert finding.path == "positions[1].fte.2022"
    assert "höchstens 3,0" in finding.message


def _leaves(node):
    if isinstance(node, dict):
        for inner in node.values():
            yield from _leaves(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _leaves(inner)
    else:
        yield node
