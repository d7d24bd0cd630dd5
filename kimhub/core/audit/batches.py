"""Rows that were audited together (`tenants.batches`), held against the digest in the event of what they came with.

The digest is computed here a second time, row by row through a cursor of the server, from what stands in the tables
now. Nothing of their content leaves this module.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, literal_column, select

from tenants import Base, Batch
from tenants.audit import AuditEvent
from tenants.batches import CHECK_BYTES, row_line
from tenants.ddl import isolation_of

AT_A_TIME = 2_000
"""Rows read at once, and between two reports of progress."""


class BatchBreak(StrEnum):
    """How rows differ from the digest under which they were audited."""

    CHANGED = "changed"
    """A row says something else than when it entered."""
    MISSING = "missing"
    """Fewer rows are there than entered."""
    ADDED = "added"
    """More rows are there than entered."""
    UNKNOWN = "unknown"
    """No event tells of what the rows claim to have come with."""


@dataclass(frozen=True, slots=True)
class BrokenBatch:
    """The first place at which the rows of one parent are not those that were audited."""

    table: str
    called: str
    """How people name the parent."""
    parent_id: str
    kind: BatchBreak
    place: int | None = None
    """The first such row's number within its parent; None where it is gone with all that followed, or not known."""
    row_id: str | None = None

    @property
    def sentence(self) -> str:
        """Return what is wrong, as people read it."""
        return f"{self.called} {self.parent_id}: {self._what}"

    @property
    def _what(self) -> str:
        row = f"Zeile {self.place} ({self.table} {self.row_id})" if self.row_id else None
        if self.kind is BatchBreak.UNKNOWN:
            return "Zeilen berufen sich darauf, aber kein Eintrag nennt ihre Prüfsumme."
        if self.kind is BatchBreak.MISSING:
            return f"Vor {row} fehlt etwas." if row else "Am Ende fehlen Zeilen."
        if self.kind is BatchBreak.ADDED:
            return f"{row or 'Eine Zeile'} wurde von Hand eingefügt."
        return f"{row or 'Eine Zeile'} wurde nachträglich geändert."


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What the proof of one tenant's batches gave: how many rows of how many hold, and all that do not."""

    batches: int
    rows: int
    broken: tuple[BrokenBatch, ...]


def batched_tables() -> list[tuple[Table, Batch]]:
    """Return the tables whose rows are audited together, with where they say what they came with."""
    found = ((table, isolation_of(table).batch) for table in Base.metadata.sorted_tables)
    return [(table, batch) for table, batch in found if batch is not None]


def verify_batches(
    connection: Connection,
    tenant_id: int,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BatchReport:
    """Hold all batches of the tenant that is bound on `connection` against their events.

    The events themselves are proved by `verify_chain`. `progress` gets rows done and to do, and hears nothing of few.
    """
    parents = [
        (table, batch, parent_id, count)
        for table, batch in batched_tables()
        for parent_id, count in sorted(_parents(connection, tenant_id, table, batch).items())
    ]
    total, rows = sum(count for *_, count in parents), 0
    broken = []
    for table, batch, parent_id, _ in parents:
        proof = _Proof(table, batch, parent_id, _audited(connection, tenant_id, batch, parent_id))
        for row in _rows(connection, tenant_id, table, batch, parent_id):
            proof.add(row)
            rows += 1
            if rows % AT_A_TIME == 0:
                progress(rows, max(total, rows))
        broken.append(proof.broken())
    if rows > AT_A_TIME:
        progress(rows, rows)
    return BatchReport(len(parents), rows, tuple(found for found in broken if found))


class _Row(NamedTuple):
    id: str
    place: int
    line: str


class _Audited(NamedTuple):
    digest: bytes
    checks: bytes


class _Proof:
    """The digest of one parent's rows, computed anew."""

    def __init__(self, table: Table, batch: Batch, parent_id: str, audited: _Audited | None) -> None:
        self._names = (table.name, batch.called, parent_id)
        self._audited = audited
        self._whole = hashlib.sha256()
        self._rows = 0
        self._first: _Row | None = None
        """The first row that is not the one which was audited in its place."""

    def add(self, row: _Row) -> None:
        """Take the next row."""
        digest = hashlib.sha256(row.line.encode()).digest()
        self._whole.update(digest)
        start = self._rows * CHECK_BYTES
        check = self._audited.checks[start : start + CHECK_BYTES] if self._audited else b""
        if self._first is None and check != digest[:CHECK_BYTES]:
            self._first = row
        self._rows += 1

    def broken(self) -> BrokenBatch | None:
        """Return how the rows differ, None if they do not."""
        audited, first = self._audited, self._first
        if audited is None:
            return BrokenBatch(*self._names, BatchBreak.UNKNOWN)
        if self._whole.digest() == audited.digest:
            return None
        entered = len(audited.checks) // CHECK_BYTES
        kind = BatchBreak.CHANGED
        if self._rows != entered:
            kind = BatchBreak.MISSING if self._rows < entered else BatchBreak.ADDED
        return BrokenBatch(*self._names, kind, first and first.place, first and first.id)


def _parents(connection: Connection, tenant_id: int, table: Table, batch: Batch) -> dict[str, int]:
    """Return every parent that rows name or an event closes, with the number of its rows."""
    column = table.c[batch.column]
    named = connection.execute(
        select(cast(column, Text), func.count())
        .where(table.c.tenant_id == tenant_id, column.is_not(None))
        .group_by(column)
    )
    closed = connection.scalars(
        select(AuditEvent.row_id).where(*_closing(tenant_id, batch)).group_by(AuditEvent.row_id)
    )
    return dict.fromkeys(closed, 0) | {row[0]: row[1] for row in named}


def _audited(connection: Connection, tenant_id: int, batch: Batch, parent_id: str) -> _Audited | None:
    """Return what the event that closed the parent says of its rows."""
    row = connection.execute(
        select(AuditEvent.new["digest"].astext, AuditEvent.new["row_checks"].astext)
        .where(*_closing(tenant_id, batch), AuditEvent.row_id == parent_id)
        .order_by(AuditEvent.seq)
        .limit(1)
    ).one_or_none()
    return _Audited(bytes.fromhex(row[0].removeprefix("\\x")), b64decode(row[1])) if row else None


def _closing(tenant_id: int, batch: Batch) -> tuple[ColumnElement[bool], ...]:
    return (
        AuditEvent.tenant_id == tenant_id,
        AuditEvent.table_name == batch.parent,
        AuditEvent.new["digest"].astext.is_not(None),
    )


def _rows(
    connection: Connection, tenant_id: int, table: Table, batch: Batch, parent_id: str
) -> Iterator[_Row]:
    """Read the rows of a parent through a cursor of the server, so that many need no memory."""
    entered = table.alias("e")
    place = entered.c[batch.place]
    found = connection.execute(
        select(cast(entered.c.id, Text), place, literal_column(row_line(table, "e")))
        .where(entered.c.tenant_id == tenant_id, entered.c[batch.column] == UUID(parent_id))
        .order_by(place),
        execution_options={"yield_per": AT_A_TIME},
    )
    with closing(found):
        for row in found:
            yield _Row(row[0], row[1], row[2])
