"""The tables of a grant's file: what is left per cell, the versions cell by cell, and who draws on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from kimhub.core.formats import day, euro, full_time_equivalents
from kimhub.core.web.view import Column, Tile
from kimhub.funding.comparison import ZERO, as_listed
from kimhub.funding.grant_queries import Drawn
from kimhub.funding.models import GrantKind, GrantVersion
from kimhub.funding.pages.grant_texts import bescheid_title
from kimhub.funding.queries import Balance
from kimhub.funding.terms import CellAmount
from kimhub.programme.public import Baustein, Cell


@dataclass(frozen=True, slots=True)
class BalanceGroup:
    """The cells of one Haushaltsjahr and Baustein with their sums, in euro."""

    year: int
    baustein: Baustein
    lines: tuple[Balance, ...]

    @property
    def funded(self) -> Decimal:
        """What is granted."""
        return sum((line.funded for line in self.lines), ZERO)

    @property
    def passed_on(self) -> Decimal:
        """What is passed on."""
        return sum((line.passed_on for line in self.lines), ZERO)

    @property
    def left(self) -> Decimal:
        """What may still be passed on."""
        return self.funded - self.passed_on


def balance_groups(balances: Sequence[Balance], drafted: Sequence[CellAmount]) -> list[BalanceGroup]:
    """Group the cells of a grant; while nothing is recorded, those of its draft."""
    known = sorted(
        balances or [Balance(item.cell, item.amount, ZERO) for item in drafted],
        key=lambda line: as_listed(line.cell),
    )
    return [
        BalanceGroup(year, baustein, tuple(lines))
        for (year, baustein), lines in groupby(known, key=lambda line: (line.cell.year, line.cell.baustein))
    ]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A cell in every version, the first Bescheid first; None where a version does not name it."""

    cell: Cell
    amounts: tuple[CellAmount | None, ...]

    def is_changed(self, place: int) -> bool:
        """Whether the version at `place` grants something else than the one before."""
        return place > 0 and _money(self.amounts[place]) != _money(self.amounts[place - 1])


@dataclass(frozen=True, slots=True)
class VersionTable:
    """All recorded Bescheide side by side, with their sums in euro."""

    columns: tuple[Column, ...]
    rows: tuple[VersionRow, ...]
    sums: tuple[Decimal, ...]


def version_table(
    kind: GrantKind, recorded: Sequence[GrantVersion], items: Mapping[UUID, Sequence[CellAmount]]
) -> VersionTable:
    """Return the table of versions that came into force; `recorded` is ordered newest first."""
    ordered = list(reversed(recorded))
    named = [{item.cell: item for item in items[version.id]} for version in ordered]
    cells = sorted({cell for version in named for cell in version}, key=as_listed)
    return VersionTable(
        columns=(
            Column("Haushaltsjahr und Zweck"),
            *(
                Column(f"{bescheid_title(kind, version.number)} vom {day(version.issued_on)}", numeric=True)
                for version in ordered
            ),
        ),
        rows=tuple(VersionRow(cell, tuple(version.get(cell) for version in named)) for cell in cells),
        sums=tuple(sum((item.amount for item in version.values()), ZERO) for version in named),
    )


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """An allocation in force and what it takes from the grant in all, in euro."""

    id: UUID
    title: str
    recipient: str
    amount: Decimal


def allocations_of(drawn: Sequence[Drawn]) -> list[AllocationLine]:
    """Add up what each allocation takes, by recipient."""
    found: dict[UUID, AllocationLine] = {}
    for line in drawn:
        before = found[line.allocation_id].amount if line.allocation_id in found else ZERO
        found[line.allocation_id] = AllocationLine(
            line.allocation_id, line.title, line.recipient, before + line.amount
        )
    return sorted(found.values(), key=lambda line: (line.recipient, line.title))


def with_share(item: CellAmount | None) -> str:
    """Return money and shares of positions of a cell, e.g. „137.500,00 €, 2,5 VZÄ“."""
    if item is None:
        return "–"
    share = f", {full_time_equivalents(item.fte)}" if item.fte is not None else ""
    return f"{euro(item.amount)}{share}"


def signed(amount: Decimal) -> str:
    """Return a difference with its sign, e.g. „+ 1.000,00 €“."""
    if not amount:
        return euro(amount)
    return f"{'+' if amount > 0 else '−'}\N{NO-BREAK SPACE}{euro(abs(amount))}"


def tiles_of(balances: Sequence[Balance]) -> list[Tile]:
    """Return what is granted, passed on and left in all."""
    funded = sum((line.funded for line in balances), ZERO)
    passed_on = sum((line.passed_on for line in balances), ZERO)
    return [
        Tile("Bewilligt", euro(funded)),
        Tile("Weitergeleitet", euro(passed_on)),
        Tile("Noch verfügbar", euro(funded - passed_on), "zum Weiterleiten"),
    ]


def _money(item: CellAmount | None) -> Decimal:
    return item.amount if item else ZERO
