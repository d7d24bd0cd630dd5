"""What the plans of a tenant have for a year: cost per Baustein and Teilplanzeile, and for which months. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from kimhub.programme.public import (
    Baustein,
    GrantPurpose,
    Plan,
    PlanResult,
    RowKind,
    Teilplanzeile,
)

Place = tuple[Baustein | None, Teilplanzeile]
"""Where a cost stands within a year; None is what no Baustein pays for."""


@dataclass(frozen=True, slots=True)
class PlanUsed:
    """A stored plan whose figures stand in the overview."""

    id: UUID
    title: str
    version: int
    linked: bool
    """Whether a Zuwendung names it; else somebody chose it for this view."""
    plan: Plan
    result: PlanResult


@dataclass(slots=True)
class PlannedYear:
    """The planned cost of a year, and its months (1 to 12)."""

    amounts: dict[Place, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    months: set[int] = field(default_factory=set)


def planned_by_year(plans: Sequence[PlanUsed]) -> dict[int, PlannedYear]:
    """Add up the plans, year by year."""
    found: dict[int, PlannedYear] = defaultdict(PlannedYear)
    for used in plans:
        bausteine = _bausteine(used.plan)
        for row in used.result.rows:
            if row.kind is not RowKind.LINE or row.teilplanzeile is None:
                continue
            for year, amount in row.amounts.items():
                found[year].amounts[bausteine[row.id], row.teilplanzeile] += amount
        for year in used.result.years:
            found[year].months |= used.plan.period.months_in(year)
    return dict(found)


def _bausteine(plan: Plan) -> dict[str, Baustein | None]:
    """Return the Baustein of every line of the result, by its id."""
    return {
        **{f"positions.{position.id}": position.function.baustein for position in plan.positions},
        **{
            f"lines.{line.id}": GrantPurpose(line.purpose.value).baustein if line.purpose else None
            for line in plan.lines
        },
    }
