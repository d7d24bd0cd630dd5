"""What will have been spent at the end of a Haushaltsjahr, from what was booked and what is planned. Pure.

Salaries are booked by the month, and often late: a month counts as booked once something with a date in it or later
has been booked. Then

- a year that is over costs what was booked,
- a year that has not begun costs what is planned,
- in between it costs what was booked plus the planned cost of the months that are not booked yet, in equal parts of the
  months of the plan (part of a year counts by months, n/12, fachlichkeit.md §2),
- without a plan, what was passed on is paid to its recipients in full, and
- all other cost goes on as it was booked: booked × 12 / booked months.

Occupancy of positions will refine this once positions are kept.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Booked:
    """How far a Haushaltsjahr is booked on a day: number of its months from January on."""

    year: int
    as_of: date
    months: int

    @classmethod
    def on(cls, as_of: date, year: int, last_booked: date | None) -> Booked:
        """Return how far `year` is booked if `last_booked` is the latest booking date in it."""
        if last_booked is None or as_of.year < year:
            return cls(year, as_of, 0)
        begun = MONTHS if as_of.year > year else as_of.month
        reached = MONTHS if last_booked.year > year else last_booked.month if last_booked.year == year else 0
        return cls(year, as_of, min(begun, reached))

    @property
    def until(self) -> date | None:
        """The last day of the booked months."""
        if not self.months:
            return None
        return date(self.year, self.months, monthrange(self.year, self.months)[1])


def forecast(
    booked: Booked,
    spent: Decimal,
    planned: Decimal | None,
    plan_months: Collection[int],
    *,
    for_others: Decimal = Decimal(0),
) -> Fraction:
    """Return the exact cost of a line by the end of the year, in euro.

    `plan_months` are the months (1 to 12) of the year for which `planned` was planned; `for_others` is what was passed
    on and is spent on this line.
    """
    if booked.as_of.year > booked.year:
        return Fraction(spent)
    if planned is not None and plan_months:
        open_months = sum(month > booked.months for month in plan_months)
        return Fraction(spent) + Fraction(planned) * open_months / len(plan_months)
    if for_others:
        return Fraction(max(spent, for_others))
    return Fraction(spent) * MONTHS / booked.months if booked.months else Fraction(spent)
