"""Days beyond the dated cases: the sentences, the readings somebody chose, and what holds for every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.programme.days.announcement import AnnouncedBy, announced, finality
from kimhub.programme.days.holidays import holiday, no_period_ends_on
from kimhub.programme.days.periods import Period, TimeUnit, months_after, named_day, reckon, superseded
from kimhub.programme.days.readings import PLAIN, Question, Reading

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_the_reckoning_is_a_sentence():
    letter = announced(AnnouncedBy.LETTER, date(2025, 2, 15))
    assert finality(letter).text == (
        "15.02.2025 + 4 Tage = 19.02.2025 (Bekanntgabe); 19.02.2025 + 1 Monat = 19.03.2025; "
        "bestandskräftig ab 20.03.2025"
    )
    assert reckon(Period(1, TimeUnit.MONTH), date(2025, 3, 18)).text == (
        "18.03.2025 + 1 Monat = 18.04.2025, das ist Karfreitag: bis 22.04.2025"
    )
    assert reckon(Period(9, TimeUnit.ARBEITSTAG, before=True), date(2024, 6, 11)).text == (
        "11.06.2024 − 9 Arbeitstage = 28.05.2024"
    )


def test_a_waiver_after_the_period_changes_nothing():
    letter = announced(AnnouncedBy.LETTER, date(2025, 3, 3))
    assert finality(letter, waived_on=date(2025, 5, 2)).final_from == finality(letter).final_from


def test_a_reading_that_somebody_chose_is_followed_and_the_plain_one_named_beside_it():
    chosen = PLAIN.but(Question.DAYS_BACK, Reading.DAYS_FULL)
    found = reckon(Period(6, TimeUnit.DAY, before=True), date(2021, 5, 6), chosen)
    assert found.last == date(2021, 4, 29)
    assert found.readings == (Reading.DAYS_FULL,)
    assert [(other.reading, other.last) for other in found.others] == [
        (Reading.DAYS_COUNTED, date(2021, 4, 30))
    ]


def test_a_statutory_period_is_not_extended():
    rule, later = named_day(date(2024, 3, 31)), named_day(date(2024, 5, 31))
    with pytest.raises(ValueError, match="Eine gesetzliche Frist"):
        superseded(later, "Die Verlängerung", rule, extends=True, statutory=True)
    assert superseded(later, "Die Verlängerung", rule, extends=True).last == date(2024, 5, 31)


def test_there_are_eleven_holidays_a_year_and_one_more_in_2017():
    for year in (2016, 2018, 2023, 2024, 2025, 2026, 2027):
        assert sum(holiday(date(year, 1, 1) + timedelta(days=n)) is not None for n in range(365)) == 11
    assert holiday(date(2017, 10, 31)) == "der Reformationstag 2017"
    assert holiday(date(2018, 10, 31)) is None


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2021, 7, 15), date(2021, 9, 15)),
        (date(2021, 12, 31), date(2022, 2, 28)),
        (date(2023, 12, 29), date(2024, 2, 29)),
        (date(2021, 11, 1), date(2022, 1, 1)),
        (date(2021, 10, 31), date(2021, 12, 31)),
        (date(2022, 2, 28), date(2022, 4, 28)),
    ],
)
def test_two_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month(day, end):
    assert months_after(day, 2) == end


@given(DAYS, st.integers(1, 24))
def test_a_later_beginning_never_ends_earlier(day, months):
    end = months_after(day, months)
    assert end > day
    assert months_after(day + timedelta(days=1), months) >= end


@given(DAYS, st.integers(1, 400), st.sampled_from(TimeUnit))
def test_a_period_ends_after_its_event_on_a_day_on_which_periods_end(day, amount, unit):
    if unit is TimeUnit.YEAR:
        amount = min(amount, 20)
    found = reckon(Period(amount, unit), day)
    assert day < found.unmoved <= found.last
    assert no_period_ends_on(found.last) is None


@given(DAYS, st.integers(1, 60), st.sampled_from(TimeUnit))
def test_a_period_before_a_day_ends_before_it_and_the_earliest_reading_is_never_later(day, amount, unit):
    found = reckon(Period(amount, unit, before=True), day)
    assert found.earliest <= found.last < day


@given(DAYS, st.integers(1, 60))
def test_a_longer_period_does_not_end_earlier(day, amount):
    for unit in TimeUnit:
        assert reckon(Period(amount, unit), day).last <= reckon(Period(amount + 1, unit), day).last


@given(DAYS)
def test_every_reading_has_a_sentence(day):
    for question in Question:
        assert all(answer.text for answer in question.answers)
        assert PLAIN[question] is question.answers[0]
