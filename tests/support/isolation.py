"""The two rules of isolation asked of a real database, as findings of which there are none when the rules hold.

A check yields what it finds as it finds it: the matrix reads on to the end, a mutation is known by the first finding.

What a tenant should see is said here in plain Python, independently of the policies: its own rows, and the rows
whose owner has shared them with it. The same probes run as the application's role in the matrix, and inside a
superuser's transaction with a broken policy in the mutation tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from psycopg.errors import CheckViolation, InsufficientPrivilege
from sqlalchemy import (
    Connection,
    Engine,
    NestedTransaction,
    Table,
    delete,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError

from tenants import NOBODY, Own, Published, SharedWith
from tenants.binding import bind_connection
from tenants.ddl import isolation_of
from tenants.lint import tenant_tables
from tests.factories.rows import SHARED, Pair, Rows, Values, fits, states_of
from tests.factories.tenants import Body, District, create_district

MATRIX_STEP = text(
    "INSERT INTO workflow_transition VALUES ('matrix', 'submit', 'draft', 'submitted', 'initiator')"
)


@dataclass(frozen=True)
class Row:
    """A seeded row and who may see it by the two rules."""

    table: Table
    pair: Pair
    state: str
    values: Values

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(self.values[column.name] for column in self.table.primary_key)

    def may_be_seen_by(self, viewer: Body | None) -> bool:
        """Rule 2, in plain Python."""
        if viewer is None:
            return False
        if viewer == self.pair.owner or isinstance(isolation_of(self.table), Published):
            return True
        shared = self.state == SHARED and not isinstance(isolation_of(self.table), Own)
        return shared and viewer == self.pair.counterpart

    def __str__(self) -> str:
        return f"{self.state} {self.table.name} of {self.pair.owner.name} (other side {self.pair.counterpart.name})"


@dataclass
class World:
    """A committed database with rows of every tenant table between tenants in every relation."""

    district: District
    rows: list[Row] = field(default_factory=list)

    def of(self, table: Table) -> list[Row]:
        return [row for row in self.rows if row.table is table]

    @property
    def viewers(self) -> tuple[Body | None, ...]:
        """Own, other side, parent, child, sibling, unrelated Kreis and Gemeinde, authority, and nobody."""
        return (*self.district.all(), None)


def populate(app: Engine, superuser: Engine) -> World:
    """Make the district, and rows of every tenant table in every state for every pair that they fit."""
    with superuser.begin() as connection:
        district = create_district(connection)
        connection.execute(MATRIX_STEP)
    d = district
    pairs = [
        Pair(d.gemeinde, d.kreis),
        Pair(d.kreis, d.gemeinde),
        Pair(d.kreis, d.authority),
        Pair(d.stadt, d.authority),
    ]
    world, maker = World(district), Rows(app, superuser)
    for table in tenant_tables():
        for pair in pairs:
            for state in states_of(table):
                if fits(table, pair):
                    world.rows.append(Row(table, pair, state, maker.make(table, pair, state)))
    return world


class Probe:
    """Acts on one connection as one tenant after another; nothing that it does stays."""

    def __init__(self, connection: Connection, *, role: str | None = None) -> None:
        """`role`: what to become first, where the connection is a superuser's."""
        self.connection = connection
        self._role = role
        self._bound: tuple[Body | None, NestedTransaction] | None = None

    @contextmanager
    def acting(self, viewer: Body | None) -> Iterator[Connection]:
        self._become(viewer)
        try:
            yield self.connection
        finally:
            self._undo()

    def _become(self, viewer: Body | None) -> None:
        """Bind the connection, unless it is bound already: a check lets one viewer try everything, then the next."""
        if self._bound is not None:
            bound, savepoint = self._bound
            if bound == viewer and savepoint.is_active:
                return
            savepoint.rollback()
        savepoint = self.connection.begin_nested()
        if self._role:
            self.connection.execute(text(f"SET LOCAL ROLE {self._role}"))
        bind_connection(self.connection, viewer.actor() if viewer else NOBODY)
        self.connection.exec_driver_sql("SAVEPOINT bound")
        self._bound = viewer, savepoint

    def _undo(self) -> None:
        """Go back to where the viewer was bound. The savepoint stays: attempts are many, and need none each."""
        self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT bound")

    def attempt(self, viewer: Body | None, statement: Any) -> int | BaseException:
        """Return how many rows a statement reached, or how it was refused."""
        self._become(viewer)
        try:
            with self.connection.execute(statement) as result:
                reached = result.rowcount
        except DBAPIError as error:
            self._undo()
            return error.orig or error
        if reached:
            self._undo()
        return reached


def _name(viewer: Body | None) -> str:
    return viewer.name if viewer else "nobody"


def _is_refused(outcome: int | BaseException) -> bool:
    return isinstance(outcome, InsufficientPrivilege)


def reads(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Rule 2: everybody sees exactly what the rule says, of all seeded rows at once."""
    rows = world.of(table)
    for viewer in world.viewers:
        with probe.acting(viewer) as connection:
            seen = {tuple(key) for key in connection.execute(select(*table.primary_key))}
        for row in rows:
            if (row.key in seen) != row.may_be_seen_by(viewer):
                verb = "sees" if row.key in seen else "does not see"
                yield f"{_name(viewer)} {verb} {row}"


def foreign_inserts(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Rule 1: nobody inserts a row for another tenant, nor hangs one of their own on a foreign parent."""
    for viewer in world.viewers:
        for row in world.of(table)[:2]:
            if viewer == row.pair.owner:
                continue
            outcome = probe.attempt(viewer, insert(table).values(_twin(row)))
            if not _is_refused(outcome):
                yield f"{_name(viewer)} inserts {row} for its owner: {outcome!r}"
            if viewer is None or viewer == row.pair.counterpart or not _has_parent(row):
                continue
            outcome = probe.attempt(viewer, insert(table).values(_twin(row) | {"tenant_id": viewer.id}))
            if not (_is_refused(outcome) or _broke_a_key(outcome)):
                yield f"{viewer.name} hangs a row on the parent of {row}: {outcome!r}"


def own_inserts(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """The positive control: where the application may insert, the owner's twin row is not refused as foreign."""
    if isolation_of(table).insertable:
        for row in world.of(table)[:1]:
            if _is_refused(probe.attempt(row.pair.owner, insert(table).values(_twin(row)))):
                yield f"{row.pair.owner.name} may not insert {row}"


def foreign_updates(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Rule 1: no foreign row changes, whether or not it can be seen. Policies are about rows: one column is enough."""
    updatable = isolation_of(table).updatable or ("tenant_id",)
    owners = {row.pair.owner for row in world.of(table)}
    for viewer in world.viewers:
        for row in world.of(table):
            if viewer == row.pair.owner:
                continue
            change = update(table).values({updatable[0]: _constant(table, updatable[0], row)})
            outcomes = [probe.attempt(viewer, change.where(_is(row)))]
            if viewer not in owners:
                # Without WHERE nothing is read, so the read policy does not help: the write policy stands alone.
                outcomes.append(probe.attempt(viewer, change))
            for outcome in outcomes:
                if outcome != 0 and not _is_refused(outcome):
                    yield f"{_name(viewer)} changes {row}: {outcome!r}"


def own_updates(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """The positive control: each updatable column of some row can be changed by its owner."""
    for name in isolation_of(table).updatable:
        outcomes = [
            probe.attempt(row.pair.owner, update(table).values({name: table.c[name]}).where(_is(row)))
            for row in world.of(table)
        ]
        if 1 not in outcomes:
            yield f"nobody can change {table.name}.{name} of an own row: {outcomes!r}"


def ownership(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Nobody gives a row away or takes one, nor changes its id, not even its owner."""
    for viewer in world.viewers:
        for row in world.of(table)[:2]:
            for name in ("tenant_id", "id", "created_at"):
                if name in table.c:
                    other = world.district.sibling.id if name == "tenant_id" else row.values.get(name)
                    outcome = probe.attempt(
                        viewer, update(table).values({name: literal(other, table.c[name].type)})
                    )
                    if not _is_refused(outcome):
                        yield f"{_name(viewer)} sets {name} of {table.name}: {outcome!r}"


def deciding(table: Table, isolation: SharedWith) -> set[str]:
    """Return the columns from which the database computes with whom a row is shared."""
    computed = [table.c[name].computed for name in isolation.columns]
    said = " ".join(str(one.sqltext) for one in computed if one is not None)
    return {column.name for column in table.columns if re.search(rf"\b{column.name}\b", said)}


def emptied_by_owner(table: Table, isolation: SharedWith) -> list[str]:
    """Return the columns by emptying which an owner could take a row back."""
    decide = deciding(table, isolation)
    return [name for name in isolation.updatable if table.c[name].nullable and name in decide]


def withdrawals(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """What the other side has seen, its owner does not take back, by whatever column it may change."""
    isolation = isolation_of(table)
    if not isinstance(isolation, SharedWith) or isolation.withdrawable:
        return
    emptied = emptied_by_owner(table, isolation)
    for row in (row for row in world.of(table) if row.state == SHARED):
        for names in filter(None, [*((name,) for name in emptied), tuple(emptied)]):
            outcome = probe.attempt(
                row.pair.owner, update(table).values(dict.fromkeys(names)).where(_is(row))
            )
            if outcome != 0 and not isinstance(outcome, CheckViolation):
                yield f"{row.pair.owner.name} takes {row} back by {names}: {outcome!r}"


def foreign_deletes(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Rule 1: no foreign row is deleted, and nothing is deleted where the model does not say so."""
    isolation = isolation_of(table)
    owners = {row.pair.owner for row in world.of(table)}
    for viewer in world.viewers:
        everything = probe.attempt(viewer, delete(table))
        if isolation.deletable is None and not _is_refused(everything):
            yield f"{_name(viewer)} may delete from {table.name}: {everything!r}"
        if viewer not in owners and everything != 0 and not _is_refused(everything):
            yield f"{_name(viewer)} deletes from {table.name}: {everything!r}"
        for row in world.of(table):
            if viewer != row.pair.owner:
                outcome = probe.attempt(viewer, delete(table).where(_is(row)))
                if outcome != 0 and not _is_refused(outcome):
                    yield f"{_name(viewer)} deletes {row}: {outcome!r}"


def foreign_locks(world: World, table: Table, probe: Probe) -> Iterator[str]:
    """Nobody locks a foreign row: the other side could stop its owner's work."""
    for viewer in world.viewers:
        for row in world.of(table):
            if viewer != row.pair.owner:
                outcome = probe.attempt(
                    viewer, select(literal(1)).select_from(table).where(_is(row)).with_for_update()
                )
                if outcome != 0 and not _is_refused(outcome):
                    yield f"{_name(viewer)} locks {row}: {outcome!r}"


Check = Callable[[World, Table, Probe], Iterator[str]]
CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        reads, foreign_inserts, own_inserts, foreign_updates, own_updates, ownership, withdrawals, foreign_deletes,
        foreign_locks,
    )
}  # fmt: skip


def _twin(row: Row) -> Values:
    """Return the values of a second row like `row`, with fresh random ids."""
    fresh = {"id": uuid4()} if "id" in row.values else {}
    return row.values | fresh


@cache
def _tenant_tables() -> frozenset[Table]:
    return frozenset(tenant_tables())  # which sorts all tables at each call


def _has_parent(row: Row) -> bool:
    """Tell whether the row names a row of a tenant; an optional parent that it does not name is none."""
    return any(
        key.referred_table in _tenant_tables()
        and all(row.values.get(column.name) is not None for column in key.columns if column.computed is None)
        for key in row.table.foreign_key_constraints
        if key.referred_table is not row.table
    )


def _is(row: Row) -> Any:
    return tuple_(*row.table.primary_key) == tuple_(
        *(literal(value, column.type) for column, value in zip(row.table.primary_key, row.key, strict=True))
    )


def _constant(table: Table, name: str, row: Row) -> Any:
    """Return the row's own value as a constant: a change that reads nothing."""
    return literal(row.values.get(name), table.c[name].type)


def _broke_a_key(outcome: int | BaseException) -> bool:
    return isinstance(outcome, BaseException) and type(outcome).__name__ in {
        "ForeignKeyViolation", "CheckViolation",
    }  # fmt: skip
