"""The Mittelabruf: only what is needed soon, only after the Bescheid is final, never beyond the grant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.programme.drawdown import FundsOfYear, Limit, drawable, share_of_grant
from kimhub.programme.drawdown_files import load_drawdown_rules

RULES = load_drawdown_rules()
TODAY = date(2021, 7, 15)
KOELN = FundsOfYear(
    year=2021,
    granted=Decimal("463500.00"),
    drawn=Decimal("0.00"),
    spent=Decimal("120000.00"),
    due=Decimal("130000.00"),
    cost=None,
    final_on=date(2021, 6, 1),
)
amounts = st.decimals(0, 1_000_000, places=2)
funds = st.builds(
    FundsOfYear,
    year=st.just(2021),
    granted=amounts,
    drawn=amounts,
    spent=amounts,
    due=amounts,
    cost=st.none() | amounts,
    final_on=st.none() | st.dates(date(2021, 1, 1), date(2021, 12, 31)),
)


def test_what_was_paid_and_what_is_due_within_two_months_may_be_drawn():
    result = drawable(KOELN, RULES, TODAY)
    assert (result.amount, result.limit, result.until) == (
        Decimal("250000.00"),
        Limit.NEED,
        date(2021, 9, 15),
    )
    assert result.reason == "So viel brauchen Sie für Zahlungen bis 15.09.2021."


def test_without_payments_to_come_what_was_advanced_may_be_drawn():
    result = drawable(replace(KOELN, due=Decimal("0.00")), RULES, TODAY)
    assert (result.amount, result.limit) == (Decimal("120000.00"), Limit.NEED)
    assert result.reason == "So viel haben Sie ausgegeben und noch nicht abgerufen."


def test_what_was_drawn_already_is_not_needed_again():
    result = drawable(replace(KOELN, drawn=Decimal("200000.00")), RULES, TODAY)
    assert result.amount == Decimal("50000.00")
    result = drawable(replace(KOELN, drawn=Decimal("300000.00")), RULES, TODAY)
    assert (result.amount, result.limit) == (0, Limit.NO_NEED)
    assert "50.000,00\N{NO-BREAK SPACE}€ mehr als benötigt" in result.reason


def test_the_grant_of_the_year_is_the_limit():
    result = drawable(replace(KOELN, due=Decimal("900000.00")), RULES, TODAY)
    assert (result.amount, result.limit) == (Decimal("463500.00"), Limit.GRANT)
    result = drawable(replace(KOELN, drawn=KOELN.granted, due=Decimal("900000.00")), RULES, TODAY)
    assert result.amount == 0
    assert "alles abgerufen" in result.reason


@pytest.mark.parametrize("final_on", [None, date(2021, 7, 16)])
def test_before_the_bescheid_is_final_nothing_may_be_drawn(final_on):
    result = drawable(replace(KOELN, final_on=final_on), RULES, TODAY)
    assert (result.amount, result.limit) == (0, Limit.NOT_FINAL)
    assert "bestandskräftig" in result.reason


def test_on_the_day_the_bescheid_becomes_final_it_may():
    assert drawable(replace(KOELN, final_on=TODAY), RULES, TODAY).amount == Decimal("250000.00")


def test_a_grant_that_was_lowered_below_what_is_drawn_must_be_paid_back():
    result = drawable(replace(KOELN, drawn=Decimal("463500.01")), RULES, TODAY)
    assert (result.amount, result.repay, result.limit) == (0, Decimal("0.01"), Limit.OVERDRAWN)
    assert "zurückzuzahlen" in result.reason


def test_with_festbetragsfinanzierung_the_grant_bears_its_share_of_each_payment():
    """Köln 2021: 463.500 of 518.400 planned; the own share bears the rest of every payment."""
    result = drawable(replace(KOELN, cost=Decimal("518400.00")), RULES, TODAY)
    assert result.amount == Decimal("223524.31")
    own = next(step for step in result.steps if "Eigenanteil" in step.label)
    assert (own.label, own.amount) == (
        "Eigenanteil daran (die Zuwendung trägt 89,4\N{NO-BREAK SPACE}%)",
        Decimal("-26475.69"),
    )


def test_a_grant_above_the_cost_bears_every_payment_but_no_more():
    assert share_of_grant(Decimal(100), Decimal(80), RULES) == 1
    assert share_of_grant(Decimal(100), Decimal(0), RULES) == 1
    assert share_of_grant(Decimal(100), Decimal(400), RULES) == Fraction(1, 4)
    plain = replace(RULES, proportional=replace(RULES.proportional, value=False))
    assert share_of_grant(Decimal(100), Decimal(400), plain) == 1


@given(funds)
def test_never_more_than_the_grant_and_never_more_than_is_needed(given_funds):
    result = drawable(given_funds, RULES, TODAY)
    assert result.amount >= 0
    assert given_funds.drawn + result.amount <= max(given_funds.granted, given_funds.drawn)
    assert given_funds.drawn + result.amount <= max(given_funds.spent + given_funds.due, given_funds.drawn)
    assert result.repay == max(given_funds.drawn - given_funds.granted, 0)
    assert not (result.amount and result.repay)


@given(funds)
def test_the_steps_add_up_as_a_person_adds_them(given_funds):
    *_, last = steps = drawable(given_funds, RULES, TODAY).steps
    running = Decimal(0)
    for step in steps[:-1]:
        if step.result:
            assert step.amount == running
            running = Decimal(0)
        else:
            running += step.amount
    assert last.amount == drawable(given_funds, RULES, TODAY).amount


@given(funds)
def test_after_drawing_it_all_nothing_more_may_be_drawn(given_funds):
    first = drawable(given_funds, RULES, TODAY)
    again = drawable(replace(given_funds, drawn=given_funds.drawn + first.amount), RULES, TODAY)
    assert again.amount == 0


@given(funds, amounts)
def test_more_payments_never_lower_what_may_be_drawn(given_funds, more):
    before = drawable(given_funds, RULES, TODAY)
    assert drawable(replace(given_funds, due=given_funds.due + more), RULES, TODAY).amount >= before.amount
