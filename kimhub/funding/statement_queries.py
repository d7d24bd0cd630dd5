"""Reading Zwischenstände: what would be shared now, and what was shared last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from kimhub.funding.models import SpendingStatement, SpendingStatementItem
from kimhub.funding.queries import AllocationFile, allocation_items
from kimhub.programme.public import Cell, GrantPurpose
from kimhub.spending.public import spent
from tenants import Actor
from tenants.children import children_of

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class StatedCell:
    """One cell of a statement, in euro."""

    cell: Cell
    allocated: Decimal
    spent: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What a recipient shared about one allocation, and when."""

    allocation_id: UUID
    tenant_id: int
    """Who spent."""
    at: datetime
    by: str
    """The role that shared it."""
    cells: tuple[StatedCell, ...]


_LATEST = (
    select(SpendingStatement)
    .ext(distinct_on(SpendingStatement.allocation_id))
    .where(
        or_(SpendingStatement.shared_with == bindparam("me"), SpendingStatement.tenant_id == bindparam("me"))
    )
    .order_by(
        SpendingStatement.allocation_id, SpendingStatement.created_at.desc(), SpendingStatement.id.desc()
    )
)


def cells_to_state(session: Session, actor: Actor, file: AllocationFile) -> list[StatedCell]:
    """Return what the actor's books hold for the cells of a received allocation: this, and nothing else, is shared."""
    items = [item for item in allocation_items(session, [file.current])[file.current.id] if item.amount]
    if not items:
        return []
    years = [item.cell.year for item in items]
    sums: dict[Cell, Decimal] = {}
    for part in spent(session, actor.tenant_id, min(years), max(years)):
        sums[part.cell] = sums.get(part.cell, ZERO) + part.amount
    return [StatedCell(item.cell, item.amount, sums.get(item.cell, ZERO)) for item in items]


def mark_of(cells: Sequence[StatedCell]) -> str:
    """Return a mark that changes with any of the figures."""
    words = [f"{line.cell.year} {line.cell.purpose} {line.allocated} {line.spent}" for line in cells]
    return sha256("\n".join(words).encode()).hexdigest()


def latest_statements(session: Session, me: int) -> list[Statement]:
    """Return the last statement of every allocation that `me` gave or received: two statements."""
    return _with_cells(session, session.scalars(_LATEST, {"me": me}).all())


def latest_statement(session: Session, me: int, allocation_id: UUID) -> Statement | None:
    """Return the last statement of one allocation, None while nothing was shared."""
    last = session.scalars(_LATEST.where(SpendingStatement.allocation_id == allocation_id), {"me": me})
    return next(iter(_with_cells(session, last.all())), None)


def _with_cells(session: Session, found: Sequence[SpendingStatement]) -> list[Statement]:
    if not found:
        return []
    cells: dict[UUID, list[StatedCell]] = {row.id: [] for row in found}
    items = session.scalars(
        select(SpendingStatementItem)
        .where(children_of(SpendingStatementItem.statement_id, found))
        .order_by(SpendingStatementItem.year, SpendingStatementItem.baustein, SpendingStatementItem.purpose)
    )
    for item in items:
        cells[item.statement_id].append(
            StatedCell(Cell.of(item.year, GrantPurpose(item.purpose)), item.allocated, item.spent)
        )
    return [
        Statement(row.allocation_id, row.tenant_id, row.created_at, row.actor_label, tuple(cells[row.id]))
        for row in found
    ]
