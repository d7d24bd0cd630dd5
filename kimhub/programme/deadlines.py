"""Deadlines that a Förderrichtlinie sets, computed from its values; each says whether anybody has verified it."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from kimhub.programme.errors import FoerderrichtlinieMissingError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinien
from kimhub.programme.terms import ValueKey


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which something may be done, and where that stands."""

    day: date
    verified: bool
    source: str
    guideline: str
    """Title of the guideline."""

    def missed_on(self, day: date) -> bool:
        """Tell whether `day` is too late."""
        return day > self.day


def application_deadline(first_day: date, guidelines: Foerderrichtlinien) -> Deadline | None:
    """Return until when a grant from `first_day` on is applied for: the end of a month in the preceding year.

    None where no guideline is in force on that day, or it names no deadline.
    """
    try:
        guideline = guidelines.on(first_day)
    except FoerderrichtlinieMissingError:
        return None
    value = guideline.values.get(ValueKey.ANTRAGSFRIST)
    if value is None:
        return None
    year, month = first_day.year - 1, int(value.amount)
    last = date(year, month, monthrange(year, month)[1])
    return Deadline(last, value.verified, value.source, guideline.title)
