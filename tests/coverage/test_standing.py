"""A standing duty: met, missed, still open; in calendar periods or in each meeting."""

from __future__ import annotations

from datetime import date

import pytest

from kimhub.committees.public import Duty
from kimhub.coverage.standing import Missed, standing
from kimhub.coverage.wording import duty_in_words

TODAY = date(2026, 12, 1)
BEGAN = date(2025, 11, 1)


def stands(duty, *, began=BEGAN, ended=None, meetings=None, notices=(), today=TODAY):
    return standing(duty, began=began, ended=ended, meetings=meetings or {}, notices=notices, today=today)


def test_once_a_year_is_missed_in_a_whole_year_and_open_in_the_present_one():
    found = stands(Duty.YEARLY, began=date(2024, 1, 1))
    assert found.missed == [
        Missed(date(2024, 1, 1), date(2024, 12, 31)),
        Missed(date(2025, 1, 1), date(2025, 12, 31)),
    ]
    assert found.open_until == date(2026, 12, 31)
    assert found.last_heard is None


def test_a_committee_that_began_within_a_year_owes_nothing_for_it():
    assert stands(Duty.YEARLY).missed == []
    assert stands(Duty.YEARLY).open_until == date(2026, 12, 31)


@pytest.mark.parametrize("heard", [{"notices": [date(2026, 3, 1)]}, {"meetings": {date(2026, 3, 1): 1}}])
def test_a_notice_or_a_paper_meets_the_duty(heard):
    found = stands(Duty.YEARLY, **heard)
    assert (found.missed, found.open_until, found.last_heard) == ([], None, date(2026, 3, 1))


def test_a_meeting_without_papers_meets_no_duty():
    assert stands(Duty.YEARLY, meetings={date(2026, 3, 1): 0}).open_until == date(2026, 12, 31)


def test_quarters_and_halves_end_with_their_months():
    quarters = stands(Duty.QUARTERLY, began=date(2026, 1, 1), notices=[date(2026, 5, 31)])
    assert quarters.missed == [
        Missed(date(2026, 1, 1), date(2026, 3, 31)),
        Missed(date(2026, 7, 1), date(2026, 9, 30)),
    ]
    assert quarters.open_until == date(2026, 12, 31)
    halves = stands(Duty.HALF_YEARLY, began=date(2026, 1, 1))
    assert halves.missed == [Missed(date(2026, 1, 1), date(2026, 6, 30))]


def test_in_each_meeting_names_those_without_a_paper():
    meetings = {date(2026, 2, 1): 1, date(2026, 5, 1): 0, date(2026, 9, 1): 2}
    found = stands(Duty.EVERY_MEETING, meetings=meetings, notices=[date(2026, 5, 2)])
    assert found.missed == [Missed(date(2026, 5, 1), date(2026, 5, 1))]
    assert found.last_heard == date(2026, 9, 1)


def test_a_dissolved_committee_owes_nothing_afterwards():
    found = stands(Duty.QUARTERLY, began=date(2026, 1, 1), ended=date(2026, 5, 31))
    assert found.missed == [Missed(date(2026, 1, 1), date(2026, 3, 31))]
    assert found.open_until is None


def test_it_is_said_in_words():
    assert duty_in_words(stands(Duty.YEARLY)) == (
        "Noch nie unterrichtet. Noch nicht im laufenden Zeitraum, er endet am 31.12.2026."
    )
    missed = stands(Duty.EVERY_MEETING, meetings={date(2026, 2, 1): 1, date(2026, 5, 1): 0})
    assert duty_in_words(missed) == "Zuletzt unterrichtet am 01.02.2026. Versäumt: 01.05.2026."
