"""The figures of an application, read from the JSON of a calculated plan: live for a draft, frozen afterwards.

Both go through the same JSON, so that a submitted application never depends on today's calculation or guidelines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kimhub.applications.models import GrantApplication
from kimhub.core.errors import InvalidInputError
from kimhub.planning.public import calculate_plan, get_plan
from kimhub.programme.public import (
    Baustein,
    Cell,
    GrantPurpose,
    ResultRow,
    RowKind,
    Teilplanzeile,
    result_to_json,
    row_label,
)


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the financing plan: amounts in euro per Haushaltsjahr."""

    label: str
    kind: str
    amounts: Mapping[int, Decimal]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """A calculated plan as an application shows it."""

    title: str
    years: tuple[int, ...]
    rows: tuple[FigureRow, ...]
    cost: Decimal
    grant: Decimal
    eigenanteil: Decimal
    eigenanteil_percent: Decimal | None
    guidelines: tuple[str, ...]
    unverified: tuple[str, ...]
    """Values in words that nobody has verified."""
    warnings: tuple[str, ...]
    requested: Mapping[Cell, Decimal]
    """What the guideline gives, per Haushaltsjahr and purpose; years with a Bescheid are not broken down."""
    granted: Mapping[int, Decimal]
    """Years whose grant the plan takes from a Bescheid."""

    def applied_for(self, year: int) -> Decimal:
        """Return what is applied for in a year: Baustein 1 only, the others come without an application."""
        return sum(
            (
                amount
                for cell, amount in self.requested.items()
                if cell.year == year and cell.baustein is Baustein.STRATEGISCHE_KOORDINATION
            ),
            Decimal("0.00"),
        )

    def requested_for(self, year: int, purpose: GrantPurpose) -> Decimal:
        """Return what the plan counts on for a purpose in a year."""
        return self.requested.get(Cell.of(year, purpose), Decimal("0.00"))

    @property
    def by_baustein(self) -> list[tuple[Baustein, list[GrantPurpose]]]:
        """The purposes for which the plan counts on money, by Baustein, both in their order."""
        used = {cell.purpose for cell in self.requested}
        grouped = [
            (
                baustein,
                [purpose for purpose in GrantPurpose if purpose in used and purpose.baustein is baustein],
            )
            for baustein in Baustein
        ]
        return [(baustein, purposes) for baustein, purposes in grouped if purposes]

    @property
    def funded_bausteine(self) -> frozenset[tuple[int, Baustein]]:
        """The years and Bausteine for which the plan counts on money."""
        return frozenset((cell.year, cell.baustein) for cell, amount in self.requested.items() if amount)


def figures_from(result: Mapping[str, Any]) -> Figures:
    """Return the figures in the JSON of a result (`kimhub.programme.documents.result_to_json`)."""
    total = result["total"]
    requested: dict[Cell, Decimal] = {}
    for grant in result["grants"]:
        for step in grant["steps"]:
            cell = Cell.of(grant["year"], GrantPurpose(step["key"]))
            requested[cell] = requested.get(cell, Decimal("0.00")) + Decimal(step["amount"])
    return Figures(
        title=result["title"],
        years=tuple(result["years"]),
        rows=tuple(_row(row) for row in result["rows"]),
        cost=Decimal(total["cost"]),
        grant=Decimal(total["grant"]),
        eigenanteil=Decimal(total["eigenanteil"]),
        eigenanteil_percent=Decimal(total["eigenanteil_percent"]) if total["eigenanteil_percent"] else None,
        guidelines=tuple(guideline["title"] for guideline in result["guidelines"]),
        unverified=tuple(dict.fromkeys(value["label"] for value in result["unverified"])),
        warnings=tuple(finding["message"] for finding in result["findings"] if finding["level"] == "warning"),
        requested=requested,
        granted={
            grant["year"]: Decimal(grant["amount"])
            for grant in result["grants"]
            if grant["basis"] == "bescheid"
        },
    )


def _row(row: Mapping[str, Any]) -> FigureRow:
    shown = ResultRow(
        id=row["id"],
        kind=RowKind(row["kind"]),
        teilplanzeile=Teilplanzeile(row["teilplanzeile"]) if row["teilplanzeile"] else None,
        label=row["label"],
        amounts={int(year): Decimal(amount) for year, amount in row["amounts"].items()},
        pay_grade=row["pay_grade"],
        fte={int(year): Decimal(share) for year, share in row["fte"].items()} if row["fte"] else None,
    )
    return FigureRow(row_label(shown), row["kind"], shown.amounts, Decimal(row["total"]))


@dataclass(frozen=True, slots=True)
class Basis:
    """What an application rests on: its figures, or why there are none."""

    figures: Figures | None
    problem: str | None = None
    plan_title: str | None = None
    plan_version: int | None = None


def basis_of(session: Session, application: GrantApplication) -> Basis:
    """Return the frozen figures of a submitted application, those of the plan as it is now for a draft."""
    if application.plan_result is not None:
        figures = figures_from(application.plan_result)
        return Basis(figures, plan_title=figures.title, plan_version=application.plan_version)
    if application.plan_id is None:
        return Basis(None, "Dem Antrag ist noch kein Finanzierungsplan zugeordnet.")
    stored = get_plan(session, application.plan_id)
    try:
        result = calculate_plan(stored.plan)
    except InvalidInputError as refused:
        problem = f"Der Finanzierungsplan lässt sich nicht berechnen: {refused.detail}"
        return Basis(None, problem, stored.title, stored.version)
    return Basis(figures_from(result_to_json(result)), None, stored.title, stored.version)


def requested_cells(application: GrantApplication) -> Mapping[Cell, Decimal]:
    """Return what a submitted application asks for per Haushaltsjahr, Baustein and purpose, in euro."""
    return {} if application.plan_result is None else figures_from(application.plan_result).requested
