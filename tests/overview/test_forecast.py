"""The forecast: what was booked, and what is planned for the months that are not booked yet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.overview.forecast import Booked, forecast

YEAR = range(1, 13)


@pytest.mark.parametrize(
    ("as_of", "last_booked", "months", "until"),
    [
        (date(2026, 7, 15), None, 0, None),
        (date(2026, 7, 15), date(2026, 6, 30), 6, date(2026, 6, 30)),
        (date(2026, 7, 15), date(2026, 2, 1), 2, date(2026, 2, 28)),
        (date(2026, 7, 15), date(2026, 12, 1), 7, date(2026, 7, 31)),
        (date(2027, 2, 1), date(2027, 1, 20), 12, date(2026, 12, 31)),
        (date(2025, 12, 1), date(2026, 1, 1), 0, None),
        (date(2026, 7, 15), date(2025, 12, 30), 0, None),
    ],
)
def test_a_month_is_booked_once_something_in_it_or_later_is(as_of, last_booked, months, until):
    booked = Booked.on(as_of, 2026, last_booked)
    assert (booked.months, booked.until) == (months, until)


def test_what_is_planned_for_the_months_to_come_is_added_to_what_was_booked():
    half = Booked(2026, date(2026, 7, 15), 6)
    assert forecast(half, Decimal("70000.00"), Decimal("120000.00"), YEAR) == 130_000


def test_the_months_of_a_plan_that_begins_in_may_count_alone():
    until_june = Booked(2026, date(2026, 7, 15), 6)
    assert forecast(until_june, Decimal("20000.00"), Decimal("80000.00"), range(5, 13)) == 80_000


def test_without_a_plan_it_goes_on_as_it_was_booked():
    until_march = Booked(2026, date(2026, 7, 15), 3)
    assert forecast(until_march, Decimal("10.00"), None, ()) == 40
    assert forecast(until_march, Decimal("10.01"), None, ()) == Fraction("40.04")
    assert forecast(Booked(2026, date(2026, 1, 1), 0), Decimal("0.00"), None, ()) == 0


def test_what_was_passed_on_is_paid_in_full():
    until_march = Booked(2026, date(2026, 7, 15), 3)
    for spent, paid in (("10.00", 57), ("60.00", 60)):
        assert forecast(until_march, Decimal(spent), None, (), for_others=Decimal("57.00")) == paid


def test_a_year_that_is_over_costs_what_was_booked_and_one_to_come_what_is_planned():
    assert forecast(Booked(2026, date(2027, 1, 1), 4), Decimal("5.00"), Decimal("9.00"), YEAR) == 5
    assert forecast(Booked(2026, date(2025, 5, 1), 0), Decimal("0.00"), Decimal("9.00"), YEAR) == 9


@given(
    months=st.integers(0, 12),
    spent=st.decimals(0, 10**9, places=2),
    planned=st.none() | st.decimals(0, 10**9, places=2),
)
def test_it_is_never_less_than_what_was_booked(months, spent, planned):
    assert forecast(Booked(2026, date(2026, 12, 31), months), spent, planned, YEAR) >= Fraction(spent)
