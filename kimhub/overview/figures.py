"""The figures of a Mittelübersicht and how they depend on each other. Pure: no database, no page.

A Zuwendung stands on the Teilplanzeile of its purpose. What is passed on to others leaves that line and stands on line
15, because the giver books it as Transferaufwand; so what is left of a line is never counted twice, and the lines of
a Baustein add up to ``granted + received − spent``. Money of one Baustein never pays for another (fachlichkeit.md §2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from kimhub.programme.public import Baustein, Teilplanzeile

ZERO = Decimal("0.00")


class Figures(Protocol):
    """What every level has: a line, a Baustein, a year. Euro."""

    @property
    def granted(self) -> Decimal:
        """Granted by the Land."""

    @property
    def received(self) -> Decimal:
        """Passed on to the tenant by another."""

    @property
    def passed_on(self) -> Decimal:
        """Passed on to others by the tenant, not to its own offices."""

    @property
    def planned(self) -> Decimal | None:
        """The cost that the plan has; None where there is no plan for the year."""

    @property
    def spent(self) -> Decimal:
        """Booked, reversals deducted."""

    @property
    def remaining(self) -> Decimal:
        """Still to be spent; negative where more was spent than there is money for."""

    @property
    def forecast(self) -> Decimal:
        """What will have been spent at the end of the year."""


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One Teilplanzeile of a Baustein in a year."""

    teilplanzeile: Teilplanzeile
    granted: Decimal = ZERO
    received: Decimal = ZERO
    passed_on: Decimal = ZERO
    for_others: Decimal = ZERO
    """What was passed on from the other lines and is spent on this one."""
    planned: Decimal | None = None
    spent: Decimal = ZERO
    forecast: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What may be spent on this line."""
        return self.granted + self.received - self.passed_on + self.for_others

    @property
    def remaining(self) -> Decimal:
        """What is left of it."""
        return self.available - self.spent


@dataclass(frozen=True, slots=True)
class BausteinFigures:
    """One Baustein in a year; `baustein` is None for planned costs that no Baustein pays for."""

    baustein: Baustein | None
    lines: tuple[LineFigures, ...]
    drawn: Decimal | None = None
    """Called from the Land by Mittelabruf; None where nothing is called (fachbezogene Pauschale, no grant)."""
    awaits_grant: bool = False
    """Whether the year is still to come and nothing is granted or received for it yet."""

    @property
    def label(self) -> str:
        """How people call it."""
        return self.baustein.label if self.baustein else "ohne Förderung"

    @property
    def granted(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.granted for line in self.lines)

    @property
    def received(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.received for line in self.lines)

    @property
    def passed_on(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.passed_on for line in self.lines)

    @property
    def planned(self) -> Decimal | None:
        """The sum of the lines that are planned."""
        return _sum_known(line.planned for line in self.lines)

    @property
    def spent(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.spent for line in self.lines)

    @property
    def forecast(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.forecast for line in self.lines)

    @property
    def remaining(self) -> Decimal:
        """The sum of the lines."""
        return _sum(line.remaining for line in self.lines)

    @property
    def funded(self) -> Decimal:
        """What others pay: granted and received."""
        return self.granted + self.received

    @property
    def free(self) -> Decimal:
        """What is neither passed on nor spent; negative where it is more than there is money for.

        What was passed on is booked on line 15 when it is paid; until then it is bound and not free.
        """
        unpaid = _sum(max(line.for_others - line.spent, ZERO) for line in self.lines if line.for_others)
        return self.remaining - unpaid

    @property
    def eigenanteil(self) -> Decimal | None:
        """What the tenant will have to pay itself by the end of the year; None while it awaits the grant."""
        return None if self.awaits_grant else max(self.forecast - self.funded, ZERO)

    @property
    def lapsing(self) -> Decimal:
        """What will not be spent by the end of the year and has to be given back."""
        return max(self.funded - self.forecast, ZERO)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """A Haushaltsjahr. `booked_until` is the last day that bookings cover; None before the first month is booked."""

    year: int
    bausteine: tuple[BausteinFigures, ...]
    booked_until: date | None = None

    @property
    def granted(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.granted for part in self.bausteine)

    @property
    def received(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.received for part in self.bausteine)

    @property
    def passed_on(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.passed_on for part in self.bausteine)

    @property
    def planned(self) -> Decimal | None:
        """The sum of the Bausteine that are planned."""
        return _sum_known(part.planned for part in self.bausteine)

    @property
    def spent(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.spent for part in self.bausteine)

    @property
    def forecast(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.forecast for part in self.bausteine)

    @property
    def remaining(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.remaining for part in self.bausteine)

    @property
    def funded(self) -> Decimal:
        """What others pay: granted and received."""
        return self.granted + self.received

    @property
    def free(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.free for part in self.bausteine)

    @property
    def spent_itself(self) -> Decimal:
        """What was spent on anything but what was passed on, so that granted − passed on − this = free."""
        return self.funded - self.passed_on - self.free

    @property
    def drawn(self) -> Decimal | None:
        """The sum of the Bausteine for which money is called."""
        return _sum_known(part.drawn for part in self.bausteine)

    @property
    def eigenanteil(self) -> Decimal | None:
        """The sum of the Bausteine for which it is known: what one leaves over does not pay for another."""
        return _sum_known(part.eigenanteil for part in self.bausteine)

    @property
    def lapsing(self) -> Decimal:
        """The sum of the Bausteine."""
        return _sum(part.lapsing for part in self.bausteine)

    def part(self, baustein: Baustein | None) -> BausteinFigures | None:
        """Return one Baustein, if the year has any figure of it."""
        return next((part for part in self.bausteine if part.baustein is baustein), None)


def sum_of(years: Sequence[YearFigures], name: str) -> Decimal:
    """Return the sum of a figure over years."""
    return _sum(getattr(year, name) or ZERO for year in years)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _sum_known(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return _sum(known) if known else None
