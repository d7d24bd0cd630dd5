"""From shares to money: the amounts of each Haushaltsjahr, to the cent and adding up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kimhub.core import money
from kimhub.programme.cells import Cell
from kimhub.programme.distribution.inputs import Distribution, MoneyBehind
from kimhub.programme.distribution.rates import Rates
from kimhub.programme.distribution.result import CellMoney
from kimhub.programme.distribution.terms import Measure, Waiver
from kimhub.programme.terms import Unit

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class MoneyColumn:
    """The money of one Haushaltsjahr and what every party is paid of it, in the order of the parties."""

    money: CellMoney
    paid: tuple[Decimal, ...]


def money_behind(distribution: Distribution, shares: Sequence[Decimal], rates: Rates) -> list[MoneyColumn]:
    """Return the money of every Haushaltsjahr for `shares`, those included that the giver keeps.

    Euro are the money themselves. Full-time equivalents count share × rate × months/12, rounded once per
    Haushaltsjahr; the amounts of the parties are made to add up to it. None without `Distribution.money`.
    """
    behind = distribution.money
    if behind is None:
        return []
    if distribution.measure is Measure.EURO:
        return [_in_euro(distribution, behind, shares)]
    return [_by_rate(distribution, behind, year, shares, rates) for year in behind.period.years]


def _in_euro(distribution: Distribution, behind: MoneyBehind, shares: Sequence[Decimal]) -> MoneyColumn:
    """Return the only column: the schema has made sure that euro belong to one Haushaltsjahr."""
    year = behind.period.start.year
    paid, kept = _paid_and_kept(distribution, shares)
    return MoneyColumn(
        CellMoney(
            cell=Cell.of(year, behind.purpose),
            months=len(behind.period.months_in(year)),
            rate=None,
            guideline=None,
            verified=True,
            source=None,
            total=sum(shares, _ZERO),
            kept=kept,
        ),
        paid,
    )


def _by_rate(
    distribution: Distribution, behind: MoneyBehind, year: int, shares: Sequence[Decimal], rates: Rates
) -> MoneyColumn:
    value, guideline = rates.rate(behind, year)
    months = len(behind.period.months_in(year))
    rates_per_position = 2 if value.unit is Unit.EURO_PER_HALF_POSITION_YEAR else 1
    per_position = Fraction(value.amount) * rates_per_position * Fraction(months, 12)
    amounts = money.distribute([Fraction(share) * per_position for share in shares])
    paid, kept = _paid_and_kept(distribution, amounts)
    return MoneyColumn(
        CellMoney(
            cell=Cell.of(year, behind.purpose),
            months=months,
            rate=value.amount,
            guideline=guideline,
            verified=value.verified,
            source=value.source,
            total=sum(amounts, _ZERO),
            kept=kept,
        ),
        paid,
    )


def _paid_and_kept(
    distribution: Distribution, amounts: Sequence[Decimal]
) -> tuple[tuple[Decimal, ...], Decimal]:
    """Split what everybody would get into what is paid out and what stays with the giver."""
    paid = tuple(
        _ZERO if party.waiver is Waiver.KEPT else amount
        for party, amount in zip(distribution.parties, amounts, strict=True)
    )
    return paid, sum(amounts, _ZERO) - sum(paid, _ZERO)
