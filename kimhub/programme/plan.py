"""A financing plan as inputs only: positions, further cost lines, and where each year's grant comes from.

Amounts are euro, shares full-time equivalents. Parts of a year count by whole months (n/12), so every period
begins on the first and ends on the last day of a month. `schemas` checks all rules a plan must keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kimhub.programme.terms import (
    Employer,
    GrantBasis,
    PositionFunction,
    Purpose,
    RecipientKind,
    Teilplanzeile,
    ValueKey,
)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole calendar months from the first day `start` to the last day `end`, both included."""

    start: date
    end: date

    @property
    def years(self) -> range:
        """The calendar years the period touches."""
        return range(self.start.year, self.end.year + 1)

    def months_in(self, year: int) -> frozenset[int]:
        """Return the months (1 to 12) of `year` that belong to the period."""
        return frozenset(
            month
            for month in range(1, 13)
            if (self.start.year, self.start.month) <= (year, month) <= (self.end.year, self.end.month)
        )


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who receives the grant. `kind` decides which caps apply."""

    name: str
    kind: RecipientKind
    ags: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """One row of staff, own or elsewhere.

    `fte` is the share held, per year or the same in all years; `annual_cost` is the cost of one full position
    in the base year. For positions that others employ it is the transfer per full position. What is None is
    taken over from the plan. `gemeinde` is the Gemeinde an additional coordination position works for.
    """

    id: str
    label: str
    function: PositionFunction
    employer: Employer
    fte: Decimal | Mapping[int, Decimal]
    annual_cost: Decimal
    pay_grade: str | None = None
    base_year: int | None = None
    pay_rise_percent: Decimal | None = None
    start: date | None = None
    end: date | None = None
    gemeinde: str | None = None

    @property
    def teilplanzeile(self) -> Teilplanzeile:
        """Own staff is Personalaufwand, positions elsewhere are Transferaufwand."""
        if self.employer is Employer.EIGENE:
            return Teilplanzeile.PERSONALAUFWENDUNGEN
        return Teilplanzeile.TRANSFERAUFWENDUNGEN


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost that is no position: an amount per year, perhaps for a purpose that the guideline funds."""

    id: str
    label: str
    teilplanzeile: Teilplanzeile
    amounts: Mapping[int, Decimal]
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class YearGrant:
    """Where the grant of one Haushaltsjahr comes from.

    With a Bescheid `amount` is what it grants; with a guideline the amount follows from the plan. `guideline`
    names one if not the one in force is to be used; `reference` is the Aktenzeichen of the Bescheid.
    """

    year: int
    basis: GrantBasis
    amount: Decimal | None = None
    guideline: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A financing plan. `funding` is the Förderzeitraum; costs outside it are borne without a grant.

    Costs of positions are those of `base_year` and rise by `pay_rise_percent` every year after it, unless the
    position says otherwise. `rates` are assumptions that replace or complete values of the guideline; a
    calculation marks them as unverified.
    """

    title: str
    recipient: Recipient
    period: Period
    funding: Period
    base_year: int
    pay_rise_percent: Decimal
    positions: tuple[Position, ...] = ()
    lines: tuple[CostLine, ...] = ()
    grants: tuple[YearGrant, ...] = ()
    rates: Mapping[ValueKey, Decimal] = field(default_factory=dict)
    source: str | None = None

    @property
    def years(self) -> range:
        """The Haushaltsjahre of the plan."""
        return self.period.years

    def period_of(self, position: Position) -> Period:
        """Return the months in which the position exists."""
        return Period(position.start or self.period.start, position.end or self.period.end)

    def fte(self, position: Position, year: int) -> Decimal:
        """Return the share held in `year`; zero outside the position's period."""
        if year not in self.period_of(position).years:
            return Decimal(0)
        return position.fte if isinstance(position.fte, Decimal) else position.fte.get(year, Decimal(0))

    def cost(self, position: Position, year: int) -> Fraction:
        """Return the exact cost in `year`: share × annual cost × (1 + rise)^years × months/12."""
        base_year = self.base_year if position.base_year is None else position.base_year
        percent = self.pay_rise_percent if position.pay_rise_percent is None else position.pay_rise_percent
        months = len(self.period_of(position).months_in(year))
        if not months:
            return Fraction(0)
        rise = (1 + Fraction(percent) / 100) ** (year - base_year)
        return (
            Fraction(self.fte(position, year)) * Fraction(position.annual_cost) * rise * Fraction(months, 12)
        )
