"""What PostgreSQL would do for a statement on a database with many tenants."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import uuid4

import psycopg
import psycopg.sql
from psycopg.types.range import DateRange
from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    event,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import DATERANGE

from tenants.lint import tenant_tables

TENANTS = 60
ROWS_PER_TENANT = 60
CROWD = 2_000
"""Rows of the one tenant that has far more than the others, in the tables that lists are read from."""
CROWD_FROM = 10_000
"""Added to the numbers of a crowd's copies, so that they are not those of others."""
Executed = tuple[str, Any]


def add_volume(superuser: Engine, crowded: Collection[Table] = ()) -> None:
    """Copy the rows of every tenant table to many more tenants, then let the planner count.

    Of the `crowded` tables one tenant (``k1``) gets `CROWD` rows: its own and what others share with it.
    Keys and triggers are off meanwhile: only the numbers matter here, the rows are never read.
    """
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text(
                "INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,"
                " integration_committee, sort_key)"
                " SELECT 'kreis', 'K' || n, 'k' || n, true, true, true, 'none', 'k' || n"
                " FROM generate_series(1, :number) AS n"
            ),
            {"number": TENANTS},
        )
        first = connection.scalar(text("SELECT min(id) FROM tenant WHERE slug = 'k1'"))
        for table in tenant_tables():
            connection.exec_driver_sql(_multiplication(table, int(first)))
        for table in crowded:
            for others in (False, True):
                connection.exec_driver_sql(_multiplication(table, int(first), crowd=True, others=others))
    with superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _multiplication(table: Table, first_tenant: int, *, crowd: bool = False, others: bool = False) -> str:
    """Return the statement that copies rows over all tenants, or a crowd of them to the first: its own or `others`."""
    number = CROWD if crowd else TENANTS * ROWS_PER_TENANT
    columns = [column for column in table.columns if column.computed is None]
    varied = {column for key in _unique_keys(table) for column in _distinguishing(key)}
    values = ", ".join(_copied(column, first_tenant, varied=column in varied) for column in columns)
    if crowd:
        values = ", ".join(
            _to_the_first(column, first_tenant, _is_owner(column) is not others)
            if _is_tenant(column)
            else _copied(column, first_tenant, varied=column in varied).replace(
                "t.copy_no", f"({CROWD_FROM} + t.copy_no)"
            )
            for column in columns
        )
    names = ", ".join(f'"{column.name}"' for column in columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM (SELECT t.*, row_number() OVER () AS copy_no"
        f" FROM {table.name} AS t CROSS JOIN generate_series(1, {number}) LIMIT {number}) AS t"
        f"{' ON CONFLICT DO NOTHING' if _stays_small(table) else ''}"
    )


def _to_the_first(column: Column[Any], first_tenant: int, itself: bool) -> str:
    other = f"{first_tenant} + 1 + mod(t.copy_no, {TENANTS - 2})"
    return f'CASE WHEN t."{column.name}" IS NOT NULL THEN {first_tenant if itself else other} END'


def _unique_keys(table: Table) -> list[list[Column[Any]]]:
    keys = [list(table.primary_key.columns)]
    keys += [list(item.columns) for item in table.constraints if isinstance(item, UniqueConstraint)]
    return keys + [list(index.columns) for index in table.indexes if index.unique]


def _stays_small(table: Table) -> bool:
    """Whether a tenant can have no more rows than there are words to choose from: a key says so."""
    return not all(map(_distinguishing, _unique_keys(table)))


def _distinguishing(key: list[Column[Any]]) -> list[Column[Any]]:
    """Return the columns of a key that must differ between copies: random ids, else numbers, else texts.

    None where only a choice tells rows of a tenant apart: it has as many as there are words, and further copies are
    left out.
    """
    for kind in (Uuid, Integer, String):
        found = [
            column
            for column in key
            if isinstance(column.type, kind) and not _is_tenant(column) and not _is_choice(column)
        ]
        if found:
            return found
    return []


def _is_choice(column: Column[Any]) -> bool:
    """Whether only certain words may stand in the column."""
    return any(
        isinstance(item, CheckConstraint) and str(item.sqltext).startswith(f"{column.name} IN ('")
        for item in column.table.constraints
    )


def _is_tenant(column: Column[Any]) -> bool:
    return column.name == "initiator_id" or any(
        key.column.table.name == "tenant" for key in column.foreign_keys
    )


def _is_owner(column: Column[Any]) -> bool:
    """Whether the column names whose row it is, and not another side."""
    if column.name == "owner_id":  # where something happened: told of by the same body as a rule
        return bool(column.table.name == "notice_told")
    return column.name in {"tenant_id", "initiator_id", "kreis_id"}


def _copied(column: Column[Any], first_tenant: int, *, varied: bool) -> str:
    name = f't."{column.name}"'
    if _is_tenant(column):
        other = f"(t.copy_no + 1 + mod(t.copy_no / {TENANTS}, {TENANTS - 1}))"
        spread = "t.copy_no" if _is_owner(column) else other
        return f"CASE WHEN {name} IS NOT NULL THEN {first_tenant} + mod({spread}, {TENANTS}) END"
    if varied:
        return _varied(column, name)
    if isinstance(column.type, DATERANGE):  # far enough apart for ranges that may not overlap
        return (
            f"daterange(lower({name}) + 1000 * t.copy_no::integer, upper({name}) + 1000 * t.copy_no::integer)"
        )
    if isinstance(column.type, DateTime):
        return f"{name} + t.copy_no * interval '1 minute'"
    return name


def _varied(column: Column[Any], name: str) -> str:
    """Return an expression that no two copies share."""
    if isinstance(column.type, Uuid):
        return f"CASE WHEN {name} IS NOT NULL THEN gen_random_uuid() END"
    if isinstance(column.type, SmallInteger):
        return f"{name} + t.copy_no"
    if isinstance(column.type, Integer):  # apart from each other and from whatever rows were there
        return "2000000 + t.copy_no"
    return f"{name} || t.copy_no"


@contextmanager
def executed(engine: Engine) -> Iterator[list[Executed]]:
    """Yield a list that fills with the SELECTs sent through `engine`."""
    sent: list[Executed] = []

    def note(_conn: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")) and "set_config(" not in statement:
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


_LEADING = """
SELECT i.indexrelid::regclass::text, c.relname, a.attname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE i.indexrelid = ANY (%(named)s::regclass[])
"""


@cache
def _guarded() -> frozenset[str]:
    """Return the names of the tenant tables: the same for each of hundreds of statements."""
    return frozenset(table.name for table in tenant_tables())


@cache
def _small() -> frozenset[str]:
    """Return the names of those that must stay small."""
    return frozenset(table.name for table in tenant_tables() if _stays_small(table))


def read_through(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """Return the tenant tables that the plan of `statement` reads from end to end, in the table or in an index.

    An index that is asked for nothing of its first column is read from end to end before PostgreSQL 18, which skips
    from one value to the next: as often as there are tenants. A table that must stay small is rightly read at once;
    there it counts whether the statement could do without.
    """
    small = _small()
    found = _read_through(connection, statement, parameters)
    if small & {name.partition(" ")[0] for name in found}:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        without = _read_through(connection, statement, parameters)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
        found = [name for name in found if name.partition(" ")[0] not in small or name in without]
    return found


def _read_through(connection: Connection, statement: str, parameters: Any) -> list[str]:
    raw = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    plan = json.loads(raw) if isinstance(raw, str) else raw
    guarded, nodes = _guarded(), list(_nodes(plan[0]["Plan"]))
    named = [node["Index Name"] for node in nodes if "Index Name" in node]
    leading = {
        name: (table, column)
        for name, table, column in connection.exec_driver_sql(_LEADING, {"named": named})
    }
    found = []
    for node in nodes:
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in guarded:
            found.append(node["Relation Name"])
        elif "Index Name" in node:
            table, column = leading[node["Index Name"]]
            asked = re.search(rf"\b{column}\b", node.get("Index Cond", "")) if column else True
            if table in guarded and not asked:
                found.append(f"{table} ({node['Index Name']})")
    return sorted(found)


def rows_read(connection: Connection, statement: str, parameters: Any, table: str) -> float:
    """Run the statement as the application does and return how many rows of `table` its scans read, right or not.

    It is prepared and executed: what EXPLAIN is given with its values it plans for these values, whatever
    `plan_cache_mode` says. Six times, because PostgreSQL makes five plans before it considers one to keep.
    """
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection)
    places = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${places.index(found[1]) + 1}", statement)
    given = ", ".join(psycopg.sql.Literal(parameters[place]).as_string(driver) for place in places)
    driver.execute(f"PREPARE looked_at AS {numbered.replace('%%', '%')}".encode())
    try:
        for _ in range(6):
            explain = f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE looked_at({given})"
            ((plan,),) = driver.execute(explain.encode(), prepare=False).fetchall()
    finally:
        driver.execute("DEALLOCATE looked_at")
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return max(
        (
            node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            for node in _nodes(plan[0]["Plan"])
            if node.get("Relation Name") == table
        ),
        default=0,
    )


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the nodes that can be executed: what can never be true, PostgreSQL 15 shows with all that lies below."""
    yield node
    if node.get("One-Time Filter") == "false":
        return
    children: Sequence[dict[str, Any]] = node.get("Plans", ())
    for child in children:
        yield from _nodes(child)


def with_examples(statement: Any, tenant_id: int) -> Executed:
    """Return a prebuilt statement as the driver gets it, with an example for every open parameter."""
    compiled = statement.compile(dialect=postgresql.psycopg.dialect())
    examples = {
        name: _example(bind, tenant_id) for bind, name in compiled.bind_names.items() if bind.required
    }
    sent = compiled.construct_expanded_state(compiled.construct_params(examples))
    return sent.statement, sent.parameters


def with_values(statement: Any, values: dict[str, object]) -> Executed:
    """Return a prebuilt statement as the driver gets it, with these values for its parameters."""
    compiled = statement.compile(dialect=postgresql.psycopg.dialect())
    sent = compiled.construct_expanded_state(compiled.construct_params(values))
    return sent.statement, sent.parameters


def _example(bind: Any, tenant_id: int) -> Any:
    if bind.key == "limit":
        return 50
    kinds: dict[type, Any] = {
        Uuid: uuid4(), Boolean: True, DateTime: datetime(2021, 5, 1, tzinfo=UTC), Date: date(2021, 5, 1),
        Numeric: Decimal(1), Integer: tenant_id, String: "x", LargeBinary: b"x",
        Interval: timedelta(days=1), DATERANGE: DateRange(date(2021, 5, 1), date(2021, 6, 1)),
    }  # fmt: skip
    if bind.expanding and bind.key == "rows":  # pairs of table and id
        return [("x", "x")]
    if isinstance(bind.type, ARRAY):
        return [
            next(kinds[kind] for kind in (Uuid, Integer, String) if isinstance(bind.type.item_type, kind))
        ]
    for kind, example in kinds.items():
        if isinstance(bind.type, kind):
            return example
    return tenant_id
