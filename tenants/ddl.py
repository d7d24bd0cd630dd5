"""DDL of a table as its model declares it: the text that migrations carry and tests compare with.

Migrations may not import the application, so their statements are printed once from here
(``kimhub db ddl TABLE…``) and then stand for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from tenants.db import Base
from tenants.isolation import Isolation, Reference, isolation_ddl, read_policy
from tenants.proceedings import Workflow

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def isolation_of(table: Table) -> Isolation:
    """Return the declaration on the model of `table`; raises `LookupError` if a table has no model."""
    return _model_of(table).__isolation__


def _model_of(table: Table) -> type[Base]:
    for mapper in Base.registry.mappers:
        if mapper.local_table is table:
            return mapper.class_
    raise LookupError(f"table {table.name} has no model and so nobody declared who may see it")


def _late_ddl(table: Table) -> Iterator[str]:
    """Yield what may speak of another model's table, which is made later."""
    isolation = isolation_of(table)
    if isolation.asks_later_table:
        yield read_policy(table, isolation)
    yield from _model_of(table).__more_ddl__


def _bare_table_ddl(table: Table) -> Iterator[str]:
    isolation = isolation_of(table)
    yield str(CreateTable(table).compile(dialect=_DIALECT)).strip()
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield str(CreateIndex(index).compile(dialect=_DIALECT)).strip()
    yield from isolation_ddl(table, isolation)
    if isolation.audited:
        yield from audit_triggers(table, isolation)


def audit_triggers(table: Table, isolation: Isolation) -> Iterator[str]:
    """Yield the triggers that record every change of a row, at commit (deferred: the chain is locked briefly).

    Of a batch only the entering of rows that name their parent is left out (`tenants.batches`).
    """
    tenant_column = isolation.own_row if isinstance(isolation, Reference) else "tenant_id"
    arguments = ", ".join(f"'{argument}'" for argument in (tenant_column, *isolation.audit_hidden))

    def trigger(suffix: str, operations: str, condition: str = "") -> str:
        return (
            f"CREATE CONSTRAINT TRIGGER {table.name}_{suffix} AFTER {operations} ON {table.name}"
            f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{condition} EXECUTE FUNCTION app.audit_row({arguments})"
        )

    if isolation.batch is None:
        yield trigger("audit", "INSERT OR UPDATE OR DELETE")
    else:
        yield trigger("audit", "INSERT", f" WHEN (NEW.{isolation.batch.column} IS NULL)")
        yield trigger("audit_changes", "UPDATE OR DELETE")


def metadata_ddl(tables: Iterable[Table] | None = None) -> Iterator[str]:
    """Yield the statements for `tables` (default: all), parents before children.

    What may speak of another model's table stands at the end.
    """
    wanted = set(tables) if tables is not None else set(Base.metadata.sorted_tables)
    ordered = [table for table in Base.metadata.sorted_tables if table in wanted]
    for table in ordered:
        yield from _bare_table_ddl(table)
    for table in ordered:
        yield from _late_ddl(table)


def transitions_ddl(workflow: Workflow) -> str:
    """Return the statement that makes the steps of a new workflow known."""
    rows = ",\n".join(f"  ({', '.join(map(_quoted, row))})" for row in workflow.rows())
    return f"INSERT INTO workflow_transition (kind, action, from_state, to_state, side) VALUES\n{rows}"


def _quoted(value: str) -> str:
    return f"'{value}'"


def tables_named(names: Iterable[str]) -> list[Table]:
    """Return the tables in the order in which they must be created."""
    wanted = set(names)
    unknown = wanted - set(Base.metadata.tables)
    if unknown:
        raise LookupError(f"no model for: {', '.join(sorted(unknown))}")
    return [table for table in Base.metadata.sorted_tables if table.name in wanted]
