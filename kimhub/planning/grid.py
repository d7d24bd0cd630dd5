"""A plan as the rows of a form: every input that can be changed, under the path that what-if changes use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kimhub.core import formats
from kimhub.programme.public import CostLine, GrantBasis, Plan, Position

_INDEXED = re.compile(r"^(positions|lines|grants)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its path (also the field's name), what it shows, what a screen reader calls it."""

    path: str
    value: str
    label: str
    kind: str
    """`share`, `amount`, `percent`, `date`."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """One position or line with its inputs; None where the row has none for that year."""

    id: str
    label: str
    note: str
    cells: tuple[Cell | None, ...]
    by_year: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class PlanGrid:
    """All inputs of a plan."""

    years: tuple[int, ...]
    positions: tuple[GridRow, ...]
    lines: tuple[GridRow, ...]
    grants: tuple[GridRow, ...]

    def values(self) -> dict[str, str]:
        """Return path to shown value, to find out what somebody changed."""
        return {cell.path: cell.value for cell in self._cells()}

    def labels(self) -> dict[str, str]:
        """Return path to what the input is called, for the list of errors."""
        return {cell.path: cell.label for cell in self._cells()}

    def _cells(self) -> Iterator[Cell]:
        for row in (*self.positions, *self.lines, *self.grants):
            yield from filter(None, (*row.cells, *row.by_year))


def grid_of(plan: Plan) -> PlanGrid:
    """Return the inputs of `plan` in German notation."""
    years = tuple(plan.years)
    return PlanGrid(
        years=years,
        positions=tuple(_position(plan, position, years) for position in plan.positions),
        lines=tuple(_line(line, years) for line in plan.lines),
        grants=(_grants(plan, years),),
    )


def cell_errors(plan: Plan, fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return messages under the paths of the grid: ``positions[1].fte.2022`` is row 1's path."""
    found: dict[str, list[str]] = {}
    for path, messages in fields.items():
        match = _INDEXED.match(path)
        if match:
            path = f"{match[1]}.{_name(plan, match[1], int(match[2]))}{path[match.end() :]}"  # noqa: PLW2901
        found.setdefault(path, []).extend(messages)
    return found


def _name(plan: Plan, group: str, index: int) -> str:
    if group == "positions" and index < len(plan.positions):
        return plan.positions[index].id
    if group == "lines" and index < len(plan.lines):
        return plan.lines[index].id
    if group == "grants" and index < len(plan.grants):
        return str(plan.grants[index].year)
    return str(index)


def _position(plan: Plan, position: Position, years: tuple[int, ...]) -> GridRow:
    path, name = f"positions.{position.id}", position.label
    rise = plan.pay_rise_percent if position.pay_rise_percent is None else position.pay_rise_percent
    period = plan.period_of(position)
    return GridRow(
        id=position.id,
        label=position.label,
        note=" · ".join(filter(None, (position.pay_grade, position.function.label))),
        cells=(
            _amount(f"{path}.annual_cost", position.annual_cost, f"{name}: Kosten je Vollzeitstelle und Jahr"),
            Cell(f"{path}.pay_rise_percent", formats.number(rise, places=1), f"{name}: Steigerung", "percent"),
            Cell(f"{path}.start", formats.day(period.start), f"{name}: Beginn", "date"),
            Cell(f"{path}.end", formats.day(period.end), f"{name}: Ende", "date"),
        ),
        by_year=tuple(
            Cell(
                f"{path}.fte.{year}", formats.number(plan.fte(position, year), places=2),
                f"{name}: Stellenanteil {year}", "share",
            )
            if year in period.years
            else None
            for year in years
        ),
    )  # fmt: skip


def _line(line: CostLine, years: tuple[int, ...]) -> GridRow:
    return GridRow(
        id=line.id,
        label=line.label,
        note=line.purpose.label if line.purpose else "",
        cells=(),
        by_year=tuple(
            _amount(f"lines.{line.id}.amounts.{year}", line.amounts[year], f"{line.label}: Betrag {year}")
            if year in line.amounts
            else None
            for year in years
        ),
    )


def _grants(plan: Plan, years: tuple[int, ...]) -> GridRow:
    granted = {
        g.year: g.amount for g in plan.grants if g.basis is GrantBasis.BESCHEID and g.amount is not None
    }
    return GridRow(
        id="grants",
        label="Laut Bescheid bewilligt",
        note="ohne Eintrag: berechnet nach der Förderrichtlinie",
        cells=(),
        by_year=tuple(
            _amount(f"grants.{year}.amount", granted[year], f"Bewilligt {year}") if year in granted else None
            for year in years
        ),
    )


def _amount(path: str, amount: Decimal, label: str) -> Cell:
    return Cell(path, formats.number(amount, places=2), label, "amount")
