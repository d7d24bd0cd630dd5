"""Which days are free in Nordrhein-Westfalen [§ 2 Feiertagsgesetz NW].

Easter is computed. What a law declared a holiday for one year only is data with its day (`data/feiertage.toml`): a
period that ended there must be reckoned anew, so nobody stores the end of a period.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from dateutil.easter import easter

_FIXED = {
    (1, 1): "Neujahr",
    (5, 1): "der 1. Mai",
    (10, 3): "der Tag der Deutschen Einheit",
    (11, 1): "Allerheiligen",
    (12, 25): "der 1. Weihnachtstag",
    (12, 26): "der 2. Weihnachtstag",
}
_AROUND_EASTER = {
    -2: "Karfreitag",
    1: "Ostermontag",
    39: "Christi Himmelfahrt",
    50: "Pfingstmontag",
    60: "Fronleichnam",
}
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_SATURDAY, _SUNDAY = 5, 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkDays:
    """How a body or authority counts days of work; the default is what law says where nobody has said otherwise."""

    saturday_is_werktag: bool = True
    days_off: frozenset[tuple[int, int]] = frozenset()
    """Month and day on which the office is closed although it is no holiday, such as 24 and 31 December."""

    def is_werktag(self, day: date) -> bool:
        """Tell whether `day` is a Werktag: Monday to Saturday, no holiday."""
        free = day.weekday() == _SUNDAY or (day.weekday() == _SATURDAY and not self.saturday_is_werktag)
        return not free and holiday(day) is None and (day.month, day.day) not in self.days_off

    def is_arbeitstag(self, day: date) -> bool:
        """Tell whether `day` is an Arbeitstag: Monday to Friday, no holiday."""
        return self.is_werktag(day) and day.weekday() < _SATURDAY


LAW = WorkDays()


def holiday(day: date) -> str | None:
    """Return the name of the holiday in NRW on `day`, as a sentence has it („01.05.2026 ist der 1. Mai“)."""
    if named := _FIXED.get((day.month, day.day)) or _declared().get(day):
        return named
    return _AROUND_EASTER.get((day - easter(day.year)).days)


def weekday(day: date) -> str:
    """Return the German name of the weekday."""
    return _WEEKDAYS[day.weekday()]


def no_period_ends_on(day: date) -> str | None:
    """Return why a Frist does not end on `day` (§ 193 BGB, § 31 Abs. 3 VwVfG NRW); None where it does."""
    if day.weekday() >= _SATURDAY:
        return f"ein {weekday(day)}"
    return holiday(day)


def next_working_day(day: date) -> date:
    """Return `day`, or the first day after it on which a Frist ends."""
    while no_period_ends_on(day):
        day += DAY
    return day


def last_working_day(day: date) -> date:
    """Return `day`, or the last day before it on which a Frist ends."""
    while no_period_ends_on(day):
        day -= DAY
    return day


@cache
def _declared() -> Mapping[date, str]:
    text = (resources.files("kimhub.programme") / "data" / "feiertage.toml").read_text(encoding="utf-8")
    return {each["day"]: each["name"] for each in tomllib.loads(text)["declared"]}
