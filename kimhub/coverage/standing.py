"""A standing duty to tell a committee without being asked: by which day, and where it was missed. Pure.

„In jeder Sitzung“ wants a paper on the agenda of each meeting; „mindestens einmal im Jahr“ and the like something in
each calendar period: a paper on an agenda, or a notice that arrived. What began before the committee is not counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kimhub.committees.public import Duty

_MONTHS = {Duty.QUARTERLY: 3, Duty.HALF_YEARLY: 6, Duty.YEARLY: 12}
LOOKS_BACK = 2
"""So many calendar years before this one are looked at."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Missed:
    """A meeting (first and last are its day) or a calendar period in which a committee heard nothing."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands: when it was met last, where it was missed, and until when the present period runs."""

    last_heard: date | None
    missed: Sequence[Missed]
    open_until: date | None
    """The last day of the present period, if nothing was said in it yet; None where it was, and for meetings."""


def standing(
    duty: Duty,
    *,
    began: date,
    ended: date | None,
    meetings: Mapping[date, int],
    notices: Collection[date],
    today: date,
) -> Standing:
    """Reckon it for a committee that works from `began` to `ended`; `meetings`: papers of each."""
    start = max(began, date(today.year - LOOKS_BACK, 1, 1))
    end = min(today, ended or today)
    heard = sorted([*(day for day, papers in meetings.items() if papers), *notices])
    last_heard = heard[-1] if heard else None
    if duty is Duty.EVERY_MEETING:
        empty = [day for day, papers in sorted(meetings.items()) if not papers and start <= day <= end]
        return Standing(last_heard, [Missed(day, day) for day in empty], None)
    missed, open_until = [], None
    for first, last in _periods(_MONTHS[duty], start, end):
        if any(first <= day <= last for day in heard):
            continue
        if last < today and (ended is None or last <= ended):
            # Whoever works only in a part of a period owes nothing for the whole of it.
            missed += [Missed(first, last)] if first >= began else []
        elif ended is None:
            open_until = last
    return Standing(last_heard, missed, open_until)


def _periods(months: int, start: date, end: date) -> Sequence[tuple[date, date]]:
    """Return the calendar periods of so many months that touch the days from `start` to `end`."""
    found = []
    first = date(start.year, (start.month - 1) // months * months + 1, 1)
    while first <= end:
        month = first.month - 1 + months
        following = date(first.year + month // 12, month % 12 + 1, 1)
        found.append((first, following - _DAY))
        first = following
    return found
