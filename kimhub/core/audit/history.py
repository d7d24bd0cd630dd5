"""The history of a row, or of several that belong together, as the people of their own tenant may read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from kimhub.core.keyset import row_limit
from tenants import Actor
from tenants.audit import AuditEvent

LONGEST_HISTORY = 500
"""The latest events of a row that are read at once."""
_GENERATED = frozenset({"created_at", "tenant_id", "id"})
"""What every row has and nobody has done."""

_EVENTS = (
    select(
        AuditEvent.seq, AuditEvent.at, AuditEvent.operation, AuditEvent.actor_id, AuditEvent.actor_label,
        AuditEvent.old, AuditEvent.new,
    )
    .where(
        AuditEvent.tenant_id == bindparam("tenant"),
        AuditEvent.table_name == bindparam("table"),
        AuditEvent.row_id == bindparam("row"),
    )
    .order_by(AuditEvent.seq.desc())
    .limit(row_limit())
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One column that got another value; values are as JSON holds them (times and amounts as text)."""

    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One change of the row: when, by whom, what."""

    seq: int
    at: datetime
    operation: str
    """``INSERT``, ``UPDATE`` or ``DELETE``."""
    actor_id: UUID | None
    actor_label: str
    changes: tuple[ValueChange, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A change of one of several rows."""

    table: str
    row_id: str
    item: HistoryItem


_JOINT = (
    select(
        AuditEvent.seq, AuditEvent.at, AuditEvent.operation, AuditEvent.actor_id, AuditEvent.actor_label,
        AuditEvent.old, AuditEvent.new, AuditEvent.table_name, AuditEvent.row_id,
    )
    .where(
        AuditEvent.tenant_id == bindparam("tenant"),
        tuple_(AuditEvent.table_name, AuditEvent.row_id).in_(bindparam("rows", expanding=True)),
    )
    .order_by(AuditEvent.seq.desc())
    .limit(row_limit())
)  # fmt: skip


def joint_history(
    session: Session, actor: Actor, rows: Collection[tuple[str, UUID]], *, limit: int = LONGEST_HISTORY
) -> list[RowChange]:
    """Return what happened to several rows (table and id) of the actor's own tenant, the latest first."""
    found = session.execute(
        _JOINT,
        {"tenant": actor.tenant_id, "rows": [(table, str(row_id)) for table, row_id in rows], "limit": limit},
    )
    return [
        RowChange(
            row.table_name,
            row.row_id,
            HistoryItem(
                row.seq, row.at, row.operation, row.actor_id, row.actor_label, _changes(row.old, row.new)
            ),
        )
        for row in found
    ]


def history(
    session: Session, actor: Actor, *, table: str, row_id: UUID, limit: int = LONGEST_HISTORY
) -> list[HistoryItem]:
    """Return what happened to a row of the actor's own tenant, the latest first; empty for a foreign row.

    Columns that the model hides from the audit (files, secrets) do not appear.
    """
    rows = session.execute(
        _EVENTS, {"tenant": actor.tenant_id, "table": table, "row": str(row_id), "limit": limit}
    )
    return [
        HistoryItem(row.seq, row.at, row.operation, row.actor_id, row.actor_label, _changes(row.old, row.new))
        for row in rows
    ]


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[ValueChange, ...]:
    before, after = old or {}, new or {}
    return tuple(
        ValueChange(column, before.get(column), after.get(column))
        for column in sorted({*before, *after} - _GENERATED)
        if before.get(column) != after.get(column)
    )
