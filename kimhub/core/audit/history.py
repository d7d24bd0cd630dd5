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
from tenants import Actor, Base
from tenants.audit import AuditEvent
from tenants.ddl import isolation_of

LONGEST_HISTORY = 500
"""The latest events of a row that are read at once."""
_GENERATED = frozenset({"created_at", "tenant_id", "id", "digest", "row_checks"})
"""What the database fills in and nobody has done."""

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

_CLOSING = (
    select(AuditEvent.seq, AuditEvent.at, AuditEvent.actor_id, AuditEvent.actor_label)
    .where(
        AuditEvent.tenant_id == bindparam("tenant"),
        AuditEvent.table_name == bindparam("table"),
        AuditEvent.row_id == bindparam("row"),
        AuditEvent.new["digest"].astext.is_not(None),
    )
    .order_by(AuditEvent.seq)
    .limit(1)
)
"""The event that closed what rows came with."""


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
    """Empty where the row entered with others (`came_with`): their one event holds a digest, not what they say."""
    came_with: Origin | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a row came with that has no event of its own (`tenants.batches`)."""

    table: str
    row_id: UUID
    place: int
    """The row's number within it."""


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
    items = [
        HistoryItem(row.seq, row.at, row.operation, row.actor_id, row.actor_label, _changes(row.old, row.new))
        for row in rows
    ]
    entered = _entered_together(session, actor, table, row_id) if len(items) < limit else None
    return [*items, entered] if entered else items


def _entered_together(session: Session, actor: Actor, table: str, row_id: UUID) -> HistoryItem | None:
    """Return the entry of a row by the event of what it came with; None for a row that came by itself."""
    model = Base.metadata.tables[table]
    batch = isolation_of(model).batch
    if batch is None:
        return None
    own = (model.c.tenant_id == actor.tenant_id, model.c.id == row_id, model.c[batch.column].is_not(None))
    row = session.execute(select(model.c[batch.column], model.c[batch.place]).where(*own)).one_or_none()
    if row is None:
        return None
    origin = Origin(batch.parent, row[0], row[1])
    event = session.execute(
        _CLOSING, {"tenant": actor.tenant_id, "table": origin.table, "row": str(origin.row_id)}
    ).one_or_none()
    if event is None:
        return None
    return HistoryItem(event.seq, event.at, "INSERT", event.actor_id, event.actor_label, (), origin)


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[ValueChange, ...]:
    before, after = old or {}, new or {}
    return tuple(
        ValueChange(column, before.get(column), after.get(column))
        for column in sorted({*before, *after} - _GENERATED)
        if before.get(column) != after.get(column)
    )
