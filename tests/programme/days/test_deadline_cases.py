"""Dated cases, worked out by hand and by two computations of their own: `deadlines.json`, its fields as it says there.

A case that is read in one way only must come out so; of the others, the result is one of the readings, which is named.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kimhub.core.formats import LOCAL_TIME, day
from kimhub.programme.days.announcement import AnnouncedBy, after_announcement, announced, finality
from kimhub.programme.days.holidays import no_period_ends_on
from kimhub.programme.days.periods import (
    Period,
    Reckoned,
    TimeUnit,
    hours,
    named_day,
    payment_day,
    reckon,
    superseded,
    termin,
)
from kimhub.programme.days.readings import Question

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "deadlines.json").read_text("utf-8"))[
    "cases"
]
WHO = {"bescheid": "Der Bescheid", "contract": "Der Vertrag", "extension": "Die Verlängerung"}
UNITS = {"calendar_day": TimeUnit.DAY}
DELIVERIES = {
    "letter_posted": AnnouncedBy.LETTER,
    "sent_electronically": AnnouncedBy.ELECTRONIC,
    "portal_retrieved": AnnouncedBy.PORTAL,
}
DISPUTED = {
    "VN-03": {Question.AFTER_PERIOD},
    "VN-01": {Question.AFTER_PERIOD},
    "VN-04": {Question.AFTER_PERIOD},
    "AN-05": {Question.IN_FORCE},
    "SW-06": {Question.END_ON_FREE_DAY},
    "RW-22": set(),  # the rules of procedure say themselves which days count
}
"""What the rule of a case leaves open, where it is not what such periods always leave open."""
RECKONED = [case for case in CASES if case["unit"] != "hour" and case["id"] != "TE-08"]
CERTAIN = [case for case in RECKONED if case["certainty"] == "certain"]
DISPUTABLE = [case for case in RECKONED if case["certainty"] == "practice differs"]


def cases(chosen: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def period_of(case: dict[str, Any]) -> Period:
    open_questions = DISPUTED.get(case["id"])
    return Period(
        case["amount"],
        UNITS.get(case["unit"]) or TimeUnit(case["unit"]),
        before=case["direction"] == "before",
        first_day_counts=case.get("counting") == "from_start_of_day",
        disputed=None if open_questions is None else frozenset(open_questions),
    )


def answer(case: dict[str, Any]) -> Reckoned:
    anchor = date.fromisoformat(case["anchor_date"])
    if case["kind"] == "termin":
        return termin(date.fromisoformat(case["given_date"]))
    if case["unit"] == "date":
        given = named_day(
            date.fromisoformat(case["given_date"]),
            fixed=case["holiday_rule"] == "none",
            disputed="set_by" not in case,
        )
        if "set_by" in case:
            return superseded(given, WHO[case["set_by"]], reckon(Period(3, TimeUnit.MONTH), anchor))
        return given
    if "fiction" not in case:
        return reckon(period_of(case), anchor)
    announcement = announcement_of(case)
    if "final_from" not in case:
        return after_announcement(period_of(case), announcement)
    waived_on = date.fromisoformat(case["waiver_received"]) if "waiver_received" in case else None
    found = finality(announcement, instructed=case["unit"] == "month", waived_on=waived_on)
    assert found.final_from == date.fromisoformat(case["final_from"])
    return found.period


def announcement_of(case: dict[str, Any]) -> Reckoned:
    received = date.fromisoformat(case["received"]) if "received" in case else None
    found = announced(
        DELIVERIES[case["fiction"]], date.fromisoformat(case["anchor_date"]), received_on=received
    )
    if "announced" in case.get("steps", {}):
        assert found.last == date.fromisoformat(case["steps"]["announced"])
    return found


@cases(RECKONED)
def test_the_day_is_the_one_that_law_gives(case):
    found = answer(case)
    assert found.last == date.fromisoformat(case["expected"]), found.text
    if "raw_end" in case.get("steps", {}):
        assert found.unmoved == date.fromisoformat(case["steps"]["raw_end"])
    assert day(found.last) in found.text


@pytest.mark.parametrize(
    "case",
    [case for case in RECKONED if case["certainty"] == "practice differs"],
    ids=lambda case: case["id"],
)
def test_where_practice_differs_the_readings_are_named(case):
    found = answer(case)
    expected = {date.fromisoformat(each["expected"]) for each in case["alternatives"]}
    if case["kind"] == "termin":
        assert {payment_day(found.last)} == expected
        return
    assert expected <= {other.last for other in found.others}
    assert found.readings
    assert found.earliest == min(expected | {found.last} | {other.last for other in found.others})


@pytest.mark.parametrize(
    "case", [case for case in RECKONED if case["certainty"] == "certain"], ids=lambda case: case["id"]
)
def test_where_practice_does_not_differ_no_other_reading_is_named(case):
    assert answer(case).others == ()


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["unit"] == "hour"], ids=lambda case: case["id"]
)
def test_hours_run_through(case):
    anchor = datetime.fromisoformat(f"{case['anchor_date']}T{case['anchor_time']}").replace(tzinfo=LOCAL_TIME)
    amount = -case["amount"] if case["direction"] == "before" else case["amount"]
    moment, other = hours(amount, anchor)
    assert moment.replace(tzinfo=None) == datetime.fromisoformat(case["expected"])
    others = [other.replace(tzinfo=None)] if other else []
    assert others == [datetime.fromisoformat(each["expected"]) for each in case["alternatives"]]


@pytest.mark.parametrize(
    "case", [case for case in CASES if "payment_day" in case], ids=lambda case: case["id"]
)
def test_money_flows_on_a_day_of_work_and_the_termin_keeps_its_name(case):
    found = termin(date.fromisoformat(case["given_date"]))
    assert found.last == date.fromisoformat(case["given_date"])
    assert payment_day(found.last) == date.fromisoformat(case["payment_day"])


def test_one_inquiry_before_two_bodies_has_two_days():
    case = next(case for case in CASES if case["id"] == "TE-08")
    assert [termin(date.fromisoformat(each)).last.isoformat() for each in case["given_date"]] == case[
        "expected"
    ]


def test_what_came_at_the_last_moment_of_the_day_is_in_time():
    case = next(case for case in CASES if "last_moment" in case)
    found, moment = answer(case), datetime.fromisoformat(case["last_moment"])
    assert not found.missed_on(moment.date())
    assert found.missed_on((moment + timedelta(seconds=1)).date())


def test_every_weekday_is_as_the_case_says():
    short = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    for case in RECKONED:
        if "expected_weekday" in case:
            assert short[answer(case).last.weekday()] == case["expected_weekday"], case["id"]


def test_no_case_is_left_out():
    assert len(CASES) == 79
    covered = (
        {case["id"] for case in RECKONED}
        | {case["id"] for case in CASES if case["unit"] == "hour"}
        | {"TE-08"}
    )
    assert covered == {case["id"] for case in CASES}


def test_no_period_that_moves_ends_on_a_free_day():
    for case in RECKONED:
        if case["holiday_rule"] == "next_working_day" and "waiver_received" not in case:
            assert no_period_ends_on(answer(case).last) is None
