"""The books against their history: every audited row must be as the last event about it left it.

A chain proves that nobody changed the record; it says nothing about the tables themselves. Here each table is held
against its events, a part of its rows at a time and each part in one statement, so that it and its events are of one
moment and neither needs memory. Rows that entered together have no events of their own; `verify_batches` proves those.

Values are compared as their types have them, not as text: JSON writes times with the offset of the session. A column
that an event does not know (added since) is not compared, nor one that the model hides from the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, Table, text

from tenants import Base, Reference
from tenants.ddl import isolation_of

PART = 2_000
"""Rows of one statement, about: a table is divided by its ids, which are random."""
MOST_NAMED = 200
"""Differences of one tenant that are named; beyond them they are counted only."""
_IDS = 1 << 128


class Deviation(StrEnum):
    """How a row differs from its history."""

    CHANGED = "changed"
    """Its values are not those of the last event."""
    VANISHED = "vanished"
    """It is gone, and no event tells of its deletion."""
    RETURNED = "returned"
    """It is there although its deletion is on record."""
    UNTOLD = "untold"
    """No event tells of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not as its history says."""

    table: str
    row_id: str
    kind: Deviation
    columns: tuple[str, ...] = ()
    """What differs, in the order of the alphabet, without what is generated from it; never the values."""

    @property
    def sentence(self) -> str:
        """Return what is wrong, as people read it."""
        row = f"{self.table} {self.row_id}"
        if self.kind is Deviation.CHANGED:
            return f"{row}: {', '.join(self.columns)} weicht vom letzten Eintrag ab."
        if self.kind is Deviation.VANISHED:
            return f"{row}: Die Zeile fehlt, aber kein Eintrag nennt ihre Löschung."
        if self.kind is Deviation.RETURNED:
            return f"{row}: Die Zeile ist da, obwohl ihre Löschung eingetragen ist."
        return f"{row}: Zu der Zeile gibt es keinen Eintrag."


@dataclass(frozen=True, slots=True)
class CompareReport:
    """What comparing one tenant's rows with their history gave."""

    tables: int
    rows: int
    """How many stand in the tables, those that entered together included."""
    named: tuple[Difference, ...]
    count: int
    """How many differ, named or not."""


def audited_tables() -> list[Table]:
    """Return the tables whose every change has an event."""
    return [table for table in Base.metadata.sorted_tables if isolation_of(table).audited]


def compare_with_history(
    connection: Connection,
    tenant_id: int,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> CompareReport:
    """Hold all audited rows of the tenant that is bound on `connection` against their events.

    `progress` gets rows done and to do.
    """
    tables = audited_tables()
    counts = {table.name: _count(connection, tenant_id, table) for table in tables}
    total, done = sum(counts.values()), 0
    named: list[Difference] = []
    count = 0
    for table in tables:
        parts = _parts(table, counts[table.name])
        for number, (first, beyond) in enumerate(parts, 1):
            for difference in _differences(connection, tenant_id, table, first, beyond):
                count += 1
                if len(named) < MOST_NAMED:
                    named.append(difference)
            progress(done + counts[table.name] * number // len(parts), total)
        done += counts[table.name]
    return CompareReport(len(tables), total, tuple(named), count)


def _count(connection: Connection, tenant_id: int, table: Table) -> int:
    """Return how many rows the tenant has."""
    rows = connection.scalar(
        text(f"SELECT count(*) FROM {table.name} WHERE {_tenant_column(table)} = :tenant"),
        {"tenant": tenant_id},
    )
    return int(rows or 0)


def _tenant_column(table: Table) -> str:
    isolation = isolation_of(table)
    return isolation.own_row or "id" if isinstance(isolation, Reference) else "tenant_id"


def _parts(table: Table, count: int) -> list[tuple[UUID | None, UUID | None]]:
    """Divide all possible ids into ranges with about `PART` rows each; the first and the last are open."""
    number = 1 + count // PART if _has_random_id(table) else 1
    edges = [UUID(int=_IDS * place // number) for place in range(1, number)]
    return list(zip([None, *edges], [*edges, None], strict=True))


def _has_random_id(table: Table) -> bool:
    return "id" in table.c and table.c.id.type.python_type is UUID


def _differences(
    connection: Connection, tenant_id: int, table: Table, first: UUID | None, beyond: UUID | None
) -> Iterator[Difference]:
    found = connection.execute(
        text(_statement(table, bounded_below=first is not None, bounded_above=beyond is not None)),
        {
            "tenant": tenant_id,
            "table": table.name,
            **({"first": str(first)} if first else {}),
            **({"beyond": str(beyond)} if beyond else {}),
        },
    )
    for row in found:
        yield Difference(table.name, row.row_id, Deviation(row.kind), _telling(table, row.columns or ()))


def _telling(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns without those that are generated; these only where nothing else differs: a file's hash."""
    return tuple(name for name in columns if table.c[name].computed is None) or tuple(columns)


def _statement(table: Table, *, bounded_below: bool, bounded_above: bool) -> str:
    """Return the statement that finds the rows of one range of ids that differ from their last event."""
    isolation = isolation_of(table)
    row_key, event_key = _keys(table)
    # Hidden columns are not even read: they hold files.
    shown = ", ".join(
        f"t.{column.name}" for column in table.columns if column.name not in isolation.audit_hidden
    )

    def in_range(key: str, kind: str) -> str:
        below = f" AND {key} >= cast(:first AS {kind})" if bounded_below else ""
        return below + (f" AND {key} < cast(:beyond AS {kind})" if bounded_above else "")

    by_itself = ""
    if isolation.batch:
        by_itself = f" AND (t.{isolation.batch.column} IS NULL OR t.id::text IN (SELECT row_id FROM told))"
    return f"""
      WITH told AS MATERIALIZED (
        SELECT DISTINCT ON (1) {event_key} AS row_id, e.operation, e.new FROM audit_event AS e
        WHERE e.tenant_id = :tenant AND e.table_name = :table{in_range("e.row_id", "text")}
        ORDER BY 1, e.seq DESC
      ), present AS MATERIALIZED (
        SELECT {row_key} AS row_id, (SELECT to_jsonb(shown) FROM (SELECT {shown}) AS shown) AS now
        FROM {table.name} AS t
        WHERE t.{_tenant_column(table)} = :tenant{in_range("t.id", "uuid")}{by_itself}
      )
      SELECT coalesce(told.row_id, present.row_id) AS row_id, found.kind, differing.columns
      FROM told FULL JOIN present ON present.row_id = told.row_id
      CROSS JOIN LATERAL (
        SELECT array_agg(now.key ORDER BY now.key) AS columns
        FROM jsonb_each(present.now) AS now
        JOIN jsonb_each(to_jsonb(jsonb_populate_record(NULL::{table.name}, told.new))) AS was ON was.key = now.key
        WHERE told.new ? now.key AND now.value IS DISTINCT FROM was.value
      ) AS differing
      CROSS JOIN LATERAL (
        SELECT CASE
          WHEN told.row_id IS NULL THEN 'untold'
          WHEN present.row_id IS NULL AND told.operation <> 'DELETE' THEN 'vanished'
          WHEN present.row_id IS NOT NULL AND told.operation = 'DELETE' THEN 'returned'
          WHEN differing.columns IS NOT NULL THEN 'changed'
        END AS kind
      ) AS found
      WHERE found.kind IS NOT NULL ORDER BY 1
    """


def _keys(table: Table) -> tuple[str, str]:
    """Return how a row is named: in the table, and in its events; those of a row without id hold its key's columns."""
    if "id" in table.c:
        return "t.id::text", "e.row_id"
    names = [column.name for column in table.primary_key if column.name != "tenant_id"]
    of_row = ", ".join(f"t.{name}" for name in names)
    of_event = ", ".join(f"coalesce(e.new, e.old) ->> '{name}'" for name in names)
    return f"concat_ws('/', {of_row})", f"concat_ws('/', {of_event})"
