"""What holds for every plan: columns add up, cents stay where they belong, more staff is never cheaper."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kimhub.programme.calculator import calculate
from kimhub.programme.comparison import compare
from kimhub.programme.documents import plan_from_json, plan_to_json
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.plan import Plan, Position
from kimhub.programme.result import PlanResult, RowKind
from kimhub.programme.terms import GrantBasis, Teilplanzeile
from tests.programme.plans import plan_documents
from tests.support.examples import examples

plans = plan_documents().map(plan_from_json)


def result_of(plan: Plan) -> PlanResult:
    return calculate(plan, load_foerderrichtlinien())


@given(plans)
def test_every_column_adds_up_at_every_level(plan):
    result = result_of(plan)
    cost_lines = [line for line in Teilplanzeile if line is not Teilplanzeile.ZUWENDUNGEN]
    for column in [*result.years, None]:

        def cell(row, column=column):
            return row.total if column is None else row.amounts[column]

        subtotals = Decimal(0)
        for teilplanzeile in cost_lines:
            rows = [row for row in result.rows if row.teilplanzeile is teilplanzeile]
            lines = sum(cell(row) for row in rows if row.kind is RowKind.LINE)
            subtotal = sum(cell(row) for row in rows if row.kind is RowKind.SUBTOTAL)
            assert lines == subtotal
            subtotals += subtotal
        assert subtotals == cell(result.row("cost"))
    for year, figures in result.by_year.items():
        own = result.row("eigenanteil").amounts[year]
        assert own == figures.eigenanteil == max(figures.cost - figures.grant, Decimal(0))
    assert result.total.cost == result.row("cost").total
    assert result.total.grant == result.row("teilplanzeile.02").total


@given(plans)
def test_a_row_is_less_than_a_cent_away_from_its_exact_cost(plan):
    result = result_of(plan)
    for position in plan.positions:
        row = result.row(f"positions.{position.id}")
        for year in result.years:
            assert abs(Fraction(row.amounts[year]) - plan.cost(position, year)) < Fraction(1, 100)
    for line in plan.lines:
        row = result.row(f"lines.{line.id}")
        for year in result.years:
            assert row.amounts[year] == line.amounts.get(year, Decimal(0))


@given(plans)
def test_the_steps_of_a_grant_add_up_to_it(plan):
    for grant in result_of(plan).grants:
        if grant.basis is GrantBasis.GUIDELINE:
            assert sum((step.amount for step in grant.steps), Decimal(0)) == grant.amount
            assert grant.amount >= 0


@given(plans)
def test_every_step_by_count_is_rate_times_quantity_times_months(plan):
    for grant in result_of(plan).grants:
        for step in grant.steps:
            if step.quantity is not None:
                exact = Fraction(step.rate) * Fraction(step.quantity) * Fraction(step.months, 12)
                assert abs(Fraction(step.amount) - exact) < Fraction(1, 100)


@given(plans)
def test_a_plan_survives_its_json_form(plan):
    assert plan_from_json(plan_to_json(plan)) == plan


@given(plans)
def test_a_plan_does_not_differ_from_itself(plan):
    result = result_of(plan)
    comparison = compare(result, result)
    assert not any(any(row.amounts.values()) for row in comparison.rows)
    assert comparison.findings == ()


@given(plans, plans)
def test_the_difference_turned_round_is_its_negative(one, other):
    there, back = (compare(result_of(a), result_of(b)) for a, b in ((one, other), (other, one)))
    assert there.total.cost == -back.total.cost
    assert there.total.eigenanteil == -back.total.eigenanteil
    assert {row.id: row.total for row in there.rows} == {row.id: -row.total for row in back.rows}


@given(plans)
def test_the_difference_adds_up_to_the_second_plan(plan):
    without = replace(plan, positions=())
    comparison = compare(result_of(without), result_of(plan))
    assert comparison.before.total.cost + comparison.total.cost == comparison.after.total.cost
    assert {row.id for row in comparison.rows} == {row.id for row in comparison.after.rows} | {
        row.id for row in comparison.before.rows
    }


@given(plans)
def test_without_pay_rises_every_whole_year_of_a_constant_share_costs_the_same(plan):
    positions = tuple(
        replace(position, pay_rise_percent=Decimal(0), fte=Decimal("1.50")) for position in plan.positions
    )
    flat = replace(plan, positions=positions)
    for position in flat.positions:
        whole_years = {
            flat.cost(position, year)
            for year in flat.years
            if len(flat.period_of(position).months_in(year)) == 12
        }
        assert len(whole_years) <= 1


@settings(max_examples=examples(60))
@given(plans, st.data())
def test_more_staff_is_never_cheaper_and_never_earns_less(plan, data):
    """More positions cost more; their grant grows up to the cap and stays there."""
    if not plan.positions:
        return
    index = data.draw(st.integers(0, len(plan.positions) - 1))
    more = replace(plan, positions=tuple(
        _with_more(position) if number == index else position for number, position in enumerate(plan.positions)
    ))  # fmt: skip
    before, after = result_of(plan), result_of(more)
    assert after.total.cost >= before.total.cost
    assert after.total.grant >= before.total.grant


@given(plans)
def test_splitting_a_position_changes_neither_cost_nor_grant(plan):
    """Festbetragsfinanzierung is linear: two halves are one whole."""
    doubled = replace(plan, positions=tuple(_scaled(position, 2) for position in plan.positions))
    split = replace(
        plan,
        positions=tuple(
            replace(position, id=f"{position.id}_{half}")
            for position in plan.positions
            for half in ("a", "b")
        ),
    )
    one, two = result_of(doubled), result_of(split)
    assert one.row("cost").amounts == two.row("cost").amounts
    assert one.row("teilplanzeile.02").amounts == two.row("teilplanzeile.02").amounts


def _with_more(position: Position) -> Position:
    if isinstance(position.fte, Decimal):
        return replace(position, fte=position.fte + Decimal("0.75"))
    return replace(position, fte={year: share + Decimal("0.75") for year, share in position.fte.items()})


def _scaled(position: Position, factor: int) -> Position:
    if isinstance(position.fte, Decimal):
        return replace(position, fte=position.fte * factor)
    return replace(position, fte={year: share * factor for year, share in position.fte.items()})
