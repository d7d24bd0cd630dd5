"""Several calculated plans side by side: every row and year of all of them, each with its difference to the first.

A scenario is a plan, or a plan calculated under another Förderrichtlinie than its own; it names the guidelines that
were applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kimhub.programme.calculator import calculate
from kimhub.programme.comparison import merge_rows
from kimhub.programme.foerderrichtlinien import Foerderrichtlinien
from kimhub.programme.plan import Plan
from kimhub.programme.result import PlanResult, ResultRow, RowKind
from kimhub.programme.table import row_label
from kimhub.programme.terms import GrantBasis

MIN_SCENARIOS, MAX_SCENARIOS = 2, 4
"""More than four cannot be told apart in a chart."""
LETTERS = "ABCD"
_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the plans compared. `letter` is its short name in tables; `guideline` the one asked for, if any."""

    letter: str
    title: str
    guideline: str | None
    result: PlanResult

    @property
    def name(self) -> str:
        """The short name with the title, and the validity of the guideline that was asked for."""
        asked = next((g.validity for g in self.result.guidelines if g.id == self.guideline), None)
        return f"{self.letter}: {self.title}" + (f", Förderrichtlinie {asked}" if asked else "")

    @property
    def guidelines(self) -> str:
        """The guidelines that were applied, with their years; years with a Bescheid say so."""
        applied = [f"{g.title} ({', '.join(map(str, g.years))})" for g in self.result.guidelines]
        fixed = [str(g.year) for g in self.result.grants if g.basis is GrantBasis.BESCHEID]
        return "; ".join([*applied, *([f"Bescheid ({', '.join(fixed)})"] if fixed else [])]) or "keine"


@dataclass(frozen=True, slots=True)
class ScenarioCell:
    """An amount of one scenario in euro; `difference` to the first scenario, None for that one itself."""

    amount: Decimal
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """A row of any of the plans: one cell per scenario, for each Haushaltsjahr and in total."""

    id: str
    kind: RowKind
    label: str
    by_year: Mapping[int, tuple[ScenarioCell, ...]]
    total: tuple[ScenarioCell, ...]


@dataclass(frozen=True, slots=True)
class ScenarioTable:
    """All scenarios side by side."""

    scenarios: tuple[Scenario, ...]
    years: tuple[int, ...]
    rows: tuple[ScenarioRow, ...]

    def row(self, row_id: str) -> ScenarioRow:
        """Return the row with this id, else `KeyError`."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)


def under_guideline(plan: Plan, guideline_id: str) -> Plan:
    """Return `plan` with every year that a guideline computes computed by this one.

    Years with a Bescheid keep its amount: no guideline changes what is granted.
    """
    grants = tuple(
        replace(grant, guideline=guideline_id) if grant.basis is GrantBasis.GUIDELINE else grant
        for grant in plan.grants
    )
    return replace(plan, grants=grants)


def compare_scenarios(
    chosen: Sequence[tuple[Plan, str | None]], guidelines: Foerderrichtlinien
) -> ScenarioTable:
    """Calculate two to four plans, each under the guideline named beside it or its own, and set them side by side.

    Raises `ValueError` for another number, and `PlanInvalidError` where a plan cannot be calculated so.
    """
    if not MIN_SCENARIOS <= len(chosen) <= MAX_SCENARIOS:
        raise ValueError(f"{MIN_SCENARIOS} to {MAX_SCENARIOS} scenarios are compared, not {len(chosen)}")
    scenarios = tuple(
        Scenario(
            letter, plan.title, guideline,
            calculate(plan if guideline is None else under_guideline(plan, guideline), guidelines),
        )
        for letter, (plan, guideline) in zip(LETTERS, chosen, strict=False)
    )  # fmt: skip
    years = tuple(sorted({year for scenario in scenarios for year in scenario.result.years}))
    found = [{row.id: row for row in scenario.result.rows} for scenario in scenarios]
    rows = tuple(_row(row, found, years) for row in _all_rows(scenarios))
    return ScenarioTable(scenarios, years, rows)


def _all_rows(scenarios: Iterable[Scenario]) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for scenario in scenarios:
        rows = merge_rows(rows, scenario.result.rows) if rows else list(scenario.result.rows)
    return rows


def _row(row: ResultRow, found: Sequence[Mapping[str, ResultRow]], years: Sequence[int]) -> ScenarioRow:
    own = [rows.get(row.id) for rows in found]
    return ScenarioRow(
        id=row.id,
        kind=row.kind,
        label=row.label if _shares_differ(own) else row_label(row),
        by_year={
            year: _cells([one.amounts.get(year, _ZERO) if one else _ZERO for one in own]) for year in years
        },
        total=_cells([one.total if one else _ZERO for one in own]),
    )


def _shares_differ(rows: Sequence[ResultRow | None]) -> bool:
    """Tell whether the label would name the share of one scenario for all of them."""
    return len({row_label(row) for row in rows if row is not None}) > 1


def _cells(amounts: Sequence[Decimal]) -> tuple[ScenarioCell, ...]:
    first = amounts[0]
    return tuple(
        ScenarioCell(amount, amount - first if place else None) for place, amount in enumerate(amounts)
    )
