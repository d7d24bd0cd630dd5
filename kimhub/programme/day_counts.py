"""Days as interest counts them. Pure date arithmetic; periods are in `kimhub.programme.days`."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class DayCount(StrEnum):
    """How a number of days becomes a part of a year."""

    ACTUAL_ACTUAL = "actual_actual"
    """Every day counts, divided by the days of its own calendar year."""
    THIRTY_360 = "thirty_360"
    """Every month has 30 days, the year 360 (kaufmännisch)."""

    @property
    def label(self) -> str:
        """The name that people read."""
        return "taggenau" if self is DayCount.ACTUAL_ACTUAL else "30 Tage je Monat, 360 Tage je Jahr"

    def days(self, after: date, until: date) -> int:
        """Return the days that count after the day `after` up to and including `until`."""
        if self is DayCount.ACTUAL_ACTUAL:
            return (until - after).days
        return (
            360 * (until.year - after.year) + 30 * (until.month - after.month) + _day30(until) - _day30(after)
        )

    def part_of_year(self, after: date, until: date) -> Fraction:
        """Return the exact part of a year that these days are. It is additive: a period may be split anywhere."""
        if self is DayCount.THIRTY_360:
            return Fraction(self.days(after, until), 360)
        part = Fraction(0)
        first = after + timedelta(days=1)
        for year in range(first.year, until.year + 1):
            begin, end = max(first, date(year, 1, 1)), min(until, date(year, 12, 31))
            part += Fraction((end - begin).days + 1, 366 if isleap(year) else 365)
        return part


def _day30(day: date) -> int:
    """Return the day of a month of 30 days; the last day of February is day 30, too, so that months add up."""
    return 30 if day.day == monthrange(day.year, day.month)[1] else min(day.day, 30)
