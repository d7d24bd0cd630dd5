"""Bescheide side by side: what a version grants per cell, what it changes, and what it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kimhub.funding.terms import CellAmount
from kimhub.programme.public import Baustein, Cell, GrantPurpose

ZERO = Decimal("0.00")


_PLACES = {purpose: place for place, purpose in enumerate(GrantPurpose)}


def as_listed(cell: Cell) -> tuple[int, int, int]:
    """Return the place of a cell where people read it: purposes in the order of the guideline, staff first."""
    return cell.year, int(cell.baustein), _PLACES[cell.purpose]


@dataclass(frozen=True, slots=True)
class CellDifference:
    """One cell in two versions, in euro and full-time equivalents; None where a version does not name it."""

    cell: Cell
    before: CellAmount | None
    after: CellAmount | None

    @property
    def amount(self) -> Decimal:
        """By how much the money changes."""
        return (self.after.amount if self.after else ZERO) - (self.before.amount if self.before else ZERO)

    @property
    def is_changed(self) -> bool:
        """Whether money or shares of positions change."""
        return self.amount != 0 or _fte(self.before) != _fte(self.after)


def compare_items(before: Sequence[CellAmount], after: Sequence[CellAmount]) -> list[CellDifference]:
    """Return every cell that one of the two versions names, in the order of cells."""
    old, new = {item.cell: item for item in before}, {item.cell: item for item in after}
    return [
        CellDifference(cell, old.get(cell), new.get(cell)) for cell in sorted({*old, *new}, key=as_listed)
    ]


@dataclass(frozen=True, slots=True)
class Sums:
    """What amounts come to per Baustein and Haushaltsjahr, in euro."""

    years: tuple[int, ...]
    by_baustein: Mapping[Baustein, Mapping[int, Decimal]]

    def of_year(self, year: int) -> Decimal:
        """Return the sum of a Haushaltsjahr."""
        return sum((amounts.get(year, ZERO) for amounts in self.by_baustein.values()), ZERO)

    def of_baustein(self, baustein: Baustein) -> Decimal:
        """Return the sum of a Baustein."""
        return sum(self.by_baustein[baustein].values(), ZERO)

    @property
    def total(self) -> Decimal:
        """The sum of everything."""
        return sum((self.of_year(year) for year in self.years), ZERO)


def sums_of(items: Iterable[CellAmount]) -> Sums:
    """Add up per Baustein and Haushaltsjahr; only Bausteine that get money appear."""
    found: dict[Baustein, dict[int, Decimal]] = {}
    years: set[int] = set()
    for item in items:
        if item.amount:
            of_year = found.setdefault(item.cell.baustein, {})
            of_year[item.cell.year] = of_year.get(item.cell.year, ZERO) + item.amount
            years.add(item.cell.year)
    return Sums(tuple(sorted(years)), dict(sorted(found.items())))


def _fte(item: CellAmount | None) -> Decimal:
    return (item.fte if item else None) or Decimal(0)
