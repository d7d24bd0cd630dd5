"""Periods of the law (Fristen): their last day, how it comes about, and what other readings give.

Rules: §§ 187 to 193 BGB, § 31 VwVfG NRW. The day of the event does not count; a period of months ends on the day with
the same number, or on the last day of a month that has none; an end on Saturday, Sunday or a holiday moves to the next
day that is none. Periods before a day (a meeting) do not move. A Termin stays, and so does a day that an authority
named expressly.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import count, islice

from kimhub.core import formats
from kimhub.programme.days.holidays import (
    DAY,
    last_working_day,
    next_working_day,
    no_period_ends_on,
)
from kimhub.programme.days.readings import PLAIN, Question, Reading, Readings


class TimeUnit(StrEnum):
    """What a period counts."""

    DAY = "day"
    FULL_DAY = "full_day"
    """Only before a meeting: neither the day of receipt nor that of the meeting counts."""
    WERKTAG = "werktag"
    ARBEITSTAG = "arbeitstag"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def named(self, amount: int) -> str:
        """Return the amount with the unit: ``3 Tage``, ``1 Monat``."""
        return f"{amount} {_NAMES[self][amount != 1]}"


_NAMES = {
    TimeUnit.DAY: ("Tag", "Tage"),
    TimeUnit.FULL_DAY: ("voller Tag", "volle Tage"),
    TimeUnit.WERKTAG: ("Werktag", "Werktage"),
    TimeUnit.ARBEITSTAG: ("Arbeitstag", "Arbeitstage"),
    TimeUnit.WEEK: ("Woche", "Wochen"),
    TimeUnit.MONTH: ("Monat", "Monate"),
    TimeUnit.YEAR: ("Jahr", "Jahre"),
}
_MONTHS = {TimeUnit.MONTH: 1, TimeUnit.YEAR: 12}
_WORK = (TimeUnit.WERKTAG, TimeUnit.ARBEITSTAG)


@dataclass(frozen=True, slots=True)
class Period:
    """So many units after an event, or before it.

    `first_day_counts`: the period begins with that day instead of after it (§ 187 Abs. 2 BGB). `disputed` are the
    questions that the text of the rule leaves open; None: those that are always open for such a period.
    """

    amount: int
    unit: TimeUnit
    before: bool = False
    first_day_counts: bool = False
    disputed: frozenset[Question] | None = None

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("A period has at least one unit.")

    @property
    def questions(self) -> frozenset[Question]:
        """The questions whose readings may give another day."""
        if self.disputed is not None:
            return self.disputed
        found = set()
        if self.unit in _WORK:
            found |= {Question.SATURDAY, Question.CHRISTMAS_EVE}
        if self.before:
            found.add(Question.BACK_ON_FREE_DAY)
            if self.unit is TimeUnit.DAY:
                found.add(Question.DAYS_BACK)
            if self.unit in _MONTHS:
                found.add(Question.MONTH_BACK)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Other:
    """What another reading gives."""

    reading: Reading
    last: date
    text: str


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The last day of a period, on which one is still in time until midnight.

    `unmoved` is the end before it was moved off a free day. `text` is the reckoning as people read it. `reading` names
    what was followed where others give another day.
    """

    last: date
    unmoved: date
    text: str
    readings: tuple[Reading, ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def earliest(self) -> date:
        """The last day under the strictest reading: who acts until then is safe whatever somebody reads."""
        return min([self.last, *(other.last for other in self.others)])

    @property
    def caution(self) -> str:
        """A sentence about the earliest of the other readings; empty where none gives an earlier day."""
        first = min(self.others, key=lambda other: other.last, default=None)
        if first is None or first.last >= self.last:
            return ""
        return f"Sicher ist bis {formats.day(first.last)}, denn auch so wird gelesen: {first.reading.text}"

    def missed_on(self, day: date) -> bool:
        """Tell whether `day` is too late."""
        return day > self.last


Compute = Callable[[Readings], tuple[date, date, str]]


def reckon(period: Period, anchor: date, readings: Readings = PLAIN) -> Reckoned:
    """Return the last day of `period` from the day `anchor` on."""
    return weighed(lambda chosen: _end(period, anchor, chosen), period.questions, readings)


def named_day(
    day: date, readings: Readings = PLAIN, *, fixed: bool = False, disputed: bool = False
) -> Reckoned:
    """Return a day that somebody set as the end of a Frist („bis 31.03.“).

    `fixed`: the authority named it expressly with § 31 Abs. 3 Satz 2 VwVfG NRW, or it is the end of a period of benefit
    (Abs. 4). `disputed`: whether it moves is read differently, as with days that a guideline or budget law names.
    """
    questions = frozenset({Question.END_ON_FREE_DAY} if disputed and not fixed else ())
    return weighed(
        lambda chosen: (*_moved(day, Reading.END_STAYS if fixed else chosen[Question.END_ON_FREE_DAY]),),
        questions,
        readings,
    )


def termin(day: date) -> Reckoned:
    """Return a day on which something happens: it stays where it is (§ 31 Abs. 5 VwVfG NRW)."""
    return named_day(day, fixed=True)


def payment_day(day: date) -> date:
    """Return when money that is due on `day` can flow at the earliest: a day of work (§ 193 BGB)."""
    return next_working_day(day)


def superseded(
    by: Reckoned, who: str, rule: Reckoned, *, extends: bool = False, statutory: bool = False
) -> Reckoned:
    """Return the day that a Bescheid, a contract or an extension sets instead of the one that `rule` gives.

    `who` set it, as a sentence begins („Der Bescheid“). Raises ValueError where a statutory period would be extended:
    an authority can extend its own only (§ 31 Abs. 7 VwVfG NRW).
    """
    if statutory and extends:
        raise ValueError("Eine gesetzliche Frist kann niemand verlängern (§ 31 Abs. 7 VwVfG NRW).")
    text = f"{who} setzt {by.text}, statt {formats.day(rule.last)}"
    return Reckoned(by.last, by.unmoved, text, by.readings, by.others)


def hours(amount: int, anchor: datetime, readings: Readings = PLAIN) -> tuple[datetime, datetime | None]:
    """Return the moment so many hours after `anchor` (before: negative), and what the other reading gives.

    Hours run through nights, Sundays and holidays (§ 31 Abs. 6 VwVfG NRW). Both are in German local time; the other is
    None where both agree, which they do unless the clocks change in between.
    """
    elapsed = (anchor.astimezone(UTC) + timedelta(hours=amount)).astimezone(formats.LOCAL_TIME)
    clock = anchor.astimezone(formats.LOCAL_TIME) + timedelta(hours=amount)
    chosen, other = elapsed, clock
    if readings[Question.HOURS] is Reading.HOURS_ON_CLOCK:
        chosen, other = clock, elapsed
    return chosen, other if other.replace(tzinfo=None) != chosen.replace(tzinfo=None) else None


def weighed(compute: Compute, questions: Iterable[Question], readings: Readings) -> Reckoned:
    """Return what `compute` gives under `readings`, beside what each other answer to `questions` gives."""
    last, unmoved, text = compute(readings)
    followed, others = [], []
    for question in sorted(questions):
        differing = []
        for answer in question.answers:
            other_last, _, other_text = compute(readings.but(question, answer))
            if other_last != last:
                differing.append(Other(answer, other_last, other_text))
        if differing:
            followed.append(readings[question])
            others += differing
    return Reckoned(last, unmoved, text, tuple(followed), tuple(others))


def months_after(day: date, months: int) -> date:
    """Return the last day of a period of `months` that begins with an event on `day` (§§ 187 I, 188 II, III BGB).

    It ends on the day with the same number, or on the last day of a month that has no such day: two months
    after 31.12.2021 is 28.02.2022. It is not moved off a free day; `months` may be negative.
    """
    return _in_month(day.year * 12 + day.month - 1 + months, day.day)


def _in_month(index: int, number: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, min(number, monthrange(year, month + 1)[1]))


def _end(period: Period, anchor: date, readings: Readings) -> tuple[date, date, str]:
    """Return the end, the end before it was moved, and the text."""
    first_counts, start = period.first_day_counts, anchor
    if Question.AFTER_PERIOD in period.questions:
        if readings[Question.AFTER_PERIOD] is Reading.FROM_NEXT_DAY:
            first_counts, start = True, anchor + DAY
    elif Question.IN_FORCE in period.questions:
        first_counts = readings[Question.IN_FORCE] is Reading.FROM_IN_FORCE
    length = period.unit.named(period.amount)
    if period.before:
        end, said = _back(period, start, readings)
        return end, end, f"{formats.day(start)} {formats.MINUS} {length}{said} = {formats.day(end)}"
    unmoved = _ahead(period, start, readings, first_counts=first_counts)
    last, _, moved = _moved(unmoved, readings[Question.END_ON_FREE_DAY])
    begin = f"Beginn des {formats.day(start)}" if first_counts else formats.day(start)
    return last, unmoved, f"{begin} + {length} = {moved}"


def _ahead(period: Period, start: date, readings: Readings, *, first_counts: bool) -> date:
    if months := _MONTHS.get(period.unit, 0) * period.amount:
        if not first_counts:
            return months_after(start, months)
        index = start.year * 12 + start.month - 1 + months
        # The day before the one with the same number; where it is a month's first, the last of the month before.
        return _in_month(index, start.day - 1) if start.day > 1 else _in_month(index - 1, 31)
    if period.unit in _WORK:
        return _nth(period, start - DAY if first_counts else start, DAY, readings)
    days = period.amount * (7 if period.unit is TimeUnit.WEEK else 1)
    return start + timedelta(days=days) - (DAY if first_counts else timedelta())


def _back(period: Period, start: date, readings: Readings) -> tuple[date, str]:
    said = ""
    if months := _MONTHS.get(period.unit, 0) * period.amount:
        end = months_after(start, -months)
        if readings[Question.MONTH_BACK] is Reading.MONTH_BACK_FULL:
            end, said = end - DAY, " (voll)"
    elif period.unit in _WORK:
        end = _nth(period, start, -DAY, readings)
    else:
        days = period.amount * (7 if period.unit is TimeUnit.WEEK else 1)
        end = start - timedelta(days=days)
        full = period.unit is TimeUnit.FULL_DAY
        if period.unit is TimeUnit.DAY and readings[Question.DAYS_BACK] is Reading.DAYS_FULL:
            full, said = True, " (volle Tage)"
        end -= DAY if full else timedelta()
    if readings[Question.BACK_ON_FREE_DAY] is Reading.BACK_ON_WORKDAY:
        end = last_working_day(end)
    return end, said


def _nth(period: Period, start: date, step: timedelta, readings: Readings) -> date:
    rules = readings.work_days
    counts = rules.is_werktag if period.unit is TimeUnit.WERKTAG else rules.is_arbeitstag
    days = (start + step * number for number in count(1))
    return next(islice((day for day in days if counts(day)), period.amount - 1, None))


def _moved(day: date, reading: Reading) -> tuple[date, date, str]:
    free = no_period_ends_on(day)
    if free is None or reading is Reading.END_STAYS:
        return day, day, formats.day(day)
    if reading is Reading.END_BEFORE:
        before = last_working_day(day)
        return before, day, f"{formats.day(day)}, das ist {free}: sicher bis {formats.day(before)}"
    last = next_working_day(day)
    return last, day, f"{formats.day(day)}, das ist {free}: bis {formats.day(last)}"
