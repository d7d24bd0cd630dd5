"""Amounts of a Bescheid proposed from what was planned or applied for, to be compared with the paper."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kimhub.applications.public import GrantApplication, requested_cells
from kimhub.funding.comparison import ZERO
from kimhub.funding.terms import CellAmount
from kimhub.programme.public import Cell, GrantPurpose, PlanResult


@dataclass(frozen=True, slots=True)
class Proposal:
    """Amounts per cell, and sums in euro of years that the source does not break down by purpose."""

    items: tuple[CellAmount, ...]
    undivided: tuple[tuple[int, Decimal], ...] = ()


def from_plan(result: PlanResult) -> Proposal:
    """Return what a plan counts on: the guideline's steps per year and purpose; a year with a Bescheid as one sum."""
    amounts: dict[Cell, Decimal] = {}
    shares: dict[Cell, Decimal] = {}
    for grant in result.grants:
        for step in grant.steps:
            cell = Cell.of(grant.year, GrantPurpose(step.key.value))
            amounts[cell] = amounts.get(cell, ZERO) + step.amount
            if step.fte is not None and cell.purpose.is_staff:
                shares[cell] = shares.get(cell, Decimal(0)) + step.fte
    return Proposal(
        items=tuple(CellAmount(cell, amounts[cell], shares.get(cell)) for cell in sorted(amounts)),
        undivided=tuple(
            (grant.year, grant.amount) for grant in result.grants if not grant.steps and grant.amount
        ),
    )


def from_application(application: GrantApplication) -> Proposal:
    """Return what a submitted application asks for."""
    cells = requested_cells(application)
    return Proposal(tuple(CellAmount(cell, cells[cell]) for cell in sorted(cells)))
