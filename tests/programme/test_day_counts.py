"""Months as § 188 BGB counts them; days of interest in both ways."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.programme.day_counts import DayCount
from kimhub.programme.days.periods import months_after

days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
counts = st.sampled_from(DayCount)


@pytest.mark.parametrize(
    ("after", "until", "actual", "thirty"),
    [
        (date(2021, 1, 1), date(2022, 1, 1), 365, 360),
        (date(2021, 1, 31), date(2021, 2, 28), 28, 30),
        (date(2024, 2, 28), date(2024, 2, 29), 1, 2),
        (date(2021, 7, 30), date(2021, 7, 31), 1, 0),
        (date(2021, 5, 10), date(2021, 5, 10), 0, 0),
    ],
)
def test_days_are_counted_as_the_method_says(after, until, actual, thirty):
    assert DayCount.ACTUAL_ACTUAL.days(after, until) == actual
    assert DayCount.THIRTY_360.days(after, until) == thirty


def test_a_day_of_a_leap_year_is_a_366th():
    assert DayCount.ACTUAL_ACTUAL.part_of_year(date(2023, 12, 31), date(2024, 12, 31)) == 1
    assert DayCount.ACTUAL_ACTUAL.part_of_year(date(2023, 12, 30), date(2024, 1, 1)) == Fraction(
        1, 365
    ) + Fraction(1, 366)


@given(counts, st.tuples(days, days, days).map(sorted))
def test_a_period_may_be_split_anywhere(count, three):
    first, middle, last = three
    assert count.part_of_year(first, last) == count.part_of_year(first, middle) + count.part_of_year(
        middle, last
    )
    assert count.days(first, last) == count.days(first, middle) + count.days(middle, last) >= 0


@given(counts, days)
def test_every_method_makes_a_year_of_a_year(count, day):
    assert abs(count.part_of_year(day, months_after(day, 12)) - 1) < Fraction(1, 100)
