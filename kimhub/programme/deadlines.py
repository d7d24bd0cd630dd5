"""Deadlines that a Förderrichtlinie sets, each saying whether anybody has verified it, and those before a meeting."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from kimhub.programme.days.periods import Period, Reckoned, TimeUnit, named_day, reckon
from kimhub.programme.errors import FoerderrichtlinieMissingError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinien
from kimhub.programme.terms import ValueKey


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which something may be done, how it comes about, and where that stands."""

    reckoned: Reckoned
    verified: bool
    source: str
    guideline: str
    """Title of the guideline."""

    @property
    def day(self) -> date:
        """The last day."""
        return self.reckoned.last

    def missed_on(self, day: date) -> bool:
        """Tell whether `day` is too late."""
        return self.reckoned.missed_on(day)


def application_deadline(first_day: date, guidelines: Foerderrichtlinien) -> Deadline | None:
    """Return until when a grant from `first_day` on is applied for: the end of a month in the preceding year.

    Where that is no day of work, authorities may or may not let it move; the answer names both. None where no guideline
    is in force on that day, or it names no deadline.
    """
    try:
        guideline = guidelines.on(first_day)
    except FoerderrichtlinieMissingError:
        return None
    value = guideline.values.get(ValueKey.ANTRAGSFRIST)
    if value is None:
        return None
    year, month = first_day.year - 1, int(value.amount)
    last = named_day(date(year, month, monthrange(year, month)[1]), disputed=True)
    return Deadline(last, value.verified, value.source, guideline.title)


def before_meeting(amount: int, unit: TimeUnit, meeting: date) -> Reckoned:
    """Return until when something must be there that a Geschäftsordnung wants so long before a meeting."""
    return reckon(Period(amount, unit, before=True), meeting)
