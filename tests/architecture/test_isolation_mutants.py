"""The proof proves something: every way to break a policy turns a named check red.

Mutants are made for every tenant table from its declaration and applied in a superuser's transaction that is
undone; the checks then act as the application's role, exactly as in the matrix. What no behaviour shows (a
policy that only the owner would pass by) the catalog lint must find: test_catalog_lint.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import ForeignKeyConstraint, Table, text

from tenants import Published, SharedWith, SharedWithMany, Within
from tenants.ddl import isolation_of
from tenants.isolation import APP_ROLE, ME
from tenants.lint import tenant_tables
from tests.factories.rows import SHARED, states_of
from tests.support.examples import WHOLE
from tests.support.isolation import CHECKS, Probe, deciding, emptied_by_owner

_OTHER_SIDE = ("counterpart_id", "owner_id", "recipient_id", "shared_with")


@dataclass(frozen=True)
class Mutant:
    """A broken database, and the check that must notice."""

    name: str
    table: Table
    statements: tuple[str, ...]
    killed_by: str

    def __str__(self) -> str:
        return f"{self.table.name}-{self.name}"


def read_mutants(table):
    """Every way to break what is seen of a table."""
    name, isolation = table.name, isolation_of(table)
    tenant = f"tenant_id = {ME}"

    def mutant(what, killed_by, *statements):
        return Mutant(what, table, statements, killed_by)

    yield mutant("read policy dropped", "reads", f"DROP POLICY {name}_read ON {name}")
    yield mutant("read policy true", "reads", f"ALTER POLICY {name}_read ON {name} USING (true)")
    yield mutant(
        "read policy true for others, too",
        "reads",
        f"CREATE POLICY second ON {name} FOR SELECT TO {APP_ROLE} USING (true)",
    )
    yield mutant(
        "read policy inverted", "reads", f"ALTER POLICY {name}_read ON {name} USING (tenant_id <> {ME})"
    )
    yield mutant("row-level security off", "reads", f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
    yield mutant(
        "acting tenant unset means the first",
        "reads",
        "CREATE OR REPLACE FUNCTION app.tenant() RETURNS integer LANGUAGE sql STABLE"
        " RETURN coalesce(nullif(current_setting('app.tenant', true), '')::integer,"
        " (SELECT min(id) FROM tenant))",
    )
    for column in (column for column in _OTHER_SIDE if column in table.c):
        also = f"coalesce({tenant} OR {column} = {ME}, false)"
        if column == "shared_with" or states_of(table) == (SHARED,):
            alone = f"coalesce({column} = {ME}, false)"
            yield mutant(
                f"only {column} sees", "reads", f"ALTER POLICY {name}_read ON {name} USING ({alone})"
            )
        elif not table.c[column].nullable and not _shared_from_the_start(table, isolation, column):
            # what is empty until the release names nobody early
            yield mutant(
                f"{column} sees too early", "reads", f"ALTER POLICY {name}_read ON {name} USING ({also})"
            )
    if isinstance(isolation, Published | SharedWith | SharedWithMany | Within):
        yield mutant("sharing forgotten", "reads", f"ALTER POLICY {name}_read ON {name} USING ({tenant})")
    if isinstance(isolation, SharedWithMany):
        yield from many_mutants(name, isolation, mutant)


def _shared_from_the_start(table, isolation, column):
    """Whether nothing but the other side itself decides that it reads the row."""
    return isinstance(isolation, SharedWith) and deciding(table, isolation) <= {column, "tenant_id"}


def many_mutants(name, isolation, mutant):
    """Every way to ask the recipients wrongly; that both policies ask for the withdrawal takes two faults at once."""
    rows, via = isolation.rows, isolation.via
    of_tenant, of_row = f"r.tenant_id = {name}.tenant_id", f"r.{via} = {name}.id"
    is_reader, is_shared = f"r.recipient_id = {ME}", f"r.shared_with = {ME}"

    def asking(*conditions):
        found = f"SELECT true FROM {rows} AS r WHERE {' AND '.join(conditions)} LIMIT 1"
        return f"ALTER POLICY {name}_read ON {name} USING (coalesce(tenant_id = {ME} OR ({found}), false))"

    yield mutant("whoever reads one row reads all", "reads", asking(is_reader, is_shared))
    yield mutant(
        "whoever reads one row of a tenant reads all", "reads", asking(of_tenant, is_reader, is_shared)
    )
    yield mutant(
        "what one may read, all may",
        "reads",
        f"ALTER POLICY {rows}_read ON {rows} USING (true)",
        asking(of_tenant, of_row, "r.shared_with IS NOT NULL"),
    )
    yield mutant(
        "withdrawn and still read",
        "reads",
        f"ALTER POLICY {rows}_read ON {rows} USING (coalesce(tenant_id = {ME} OR recipient_id = {ME}, false))",
        asking(of_tenant, of_row, is_reader),
    )


def write_mutants(table):
    """Every way to break what is written to a table."""
    name, isolation = table.name, isolation_of(table)
    tenant = f"tenant_id = {ME}"

    def mutant(what, killed_by, *statements):
        return Mutant(what, table, statements, killed_by)

    if isolation.insertable:
        yield mutant(
            "insert check true", "foreign_inserts", f"ALTER POLICY {name}_insert ON {name} WITH CHECK (true)"
        )
        yield mutant("insert policy dropped", "own_inserts", f"DROP POLICY {name}_insert ON {name}")
    if isolation.insertable and parents_of(table):
        loose = [key.name for key in parents_of(table)] + checks_on_sides(table)
        yield mutant(
            "keys to parents dropped",
            "foreign_inserts",
            f"ALTER TABLE {name} DISABLE TRIGGER USER",  # a trigger may guard beside the key
            *(f"ALTER TABLE {name} DROP CONSTRAINT {constraint}" for constraint in loose),
            f"ALTER TABLE {name} DISABLE TRIGGER USER",  # one that looks for the parent would refuse in their place
        )
    if isolation.updatable:
        yield mutant(
            "update policy true",
            "foreign_updates",
            f"ALTER POLICY {name}_update ON {name} USING (true) WITH CHECK (true)",
        )
        yield mutant("update policy dropped", "own_updates", f"DROP POLICY {name}_update ON {name}")
        yield mutant(
            "locks follow the update policy",
            "foreign_locks",
            f"ALTER POLICY {name}_update ON {name} USING (true)",
            f"ALTER POLICY {name}_read ON {name} USING (true)",
        )
    else:
        yield mutant(
            "update granted",
            "foreign_updates",
            f"GRANT UPDATE ON {name} TO {APP_ROLE}",
            f"CREATE POLICY p ON {name} FOR UPDATE TO {APP_ROLE} USING (true)",
        )
    yield mutant(
        "rows can be given away",
        "ownership",
        f"GRANT UPDATE ON {name} TO {APP_ROLE}",
        f"CREATE POLICY p ON {name} FOR UPDATE TO {APP_ROLE} USING (true) WITH CHECK (true)",
    )
    if (
        isinstance(isolation, SharedWith)
        and not isolation.withdrawable
        and emptied_by_owner(table, isolation)
    ):
        yield mutant(
            "sharing can be taken back",
            "withdrawals",
            f"ALTER TABLE {name} DISABLE TRIGGER USER",
            f"ALTER POLICY {name}_update ON {name} USING ({tenant})",
        )
    if isolation.deletable:
        yield mutant(
            "delete policy true", "foreign_deletes", f"ALTER POLICY {name}_delete ON {name} USING (true)"
        )
    else:
        yield mutant("delete granted", "foreign_deletes", f"GRANT DELETE ON {name} TO {APP_ROLE}")


def parents_of(table):
    return [
        key
        for key in sorted(table.constraints, key=lambda item: str(item.name))
        if isinstance(key, ForeignKeyConstraint)
        and key.referred_table in TENANT_TABLES
        and key.referred_table is not table
        and {"tenant_id", "shared_with"} & {element.column.name for element in key.elements}
    ]


def checks_on_sides(table):
    return [
        item.name for item in table.constraints if str(item.name).endswith(("author_is_a_side", "_below"))
    ]


TENANT_TABLES = tenant_tables()
MUTANTS = [
    mutant for table in TENANT_TABLES for made in (read_mutants, write_mutants) for mutant in made(table)
]


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_turns_its_check_red(populated, mutant):
    with populated.superuser.connect() as connection, connection.begin() as transaction:
        for statement in mutant.statements:
            connection.execute(text(statement))
        check = CHECKS[mutant.killed_by](populated.world, mutant.table, Probe(connection, role=APP_ROLE))
        finding = next(check, None)
        transaction.rollback()
    assert finding


def asked_without_a_mutant():
    """One table of each form of isolation, or all of them: that the rules hold of each, the matrix asks anyway.

    What is tried here is the way of asking, as a superuser who becomes the application's role. It is the same for all.
    """
    first = {type(isolation_of(table)): table for table in reversed(TENANT_TABLES)}
    return TENANT_TABLES if WHOLE else list(first.values())


@pytest.mark.parametrize("table", asked_without_a_mutant(), ids=lambda table: table.name)
def test_without_a_mutant_the_same_way_of_asking_finds_nothing(populated, table):
    with populated.superuser.connect() as connection, connection.begin() as transaction:
        probe = Probe(connection, role=APP_ROLE)
        assert [
            finding for check in CHECKS.values() for finding in check(populated.world, table, probe)
        ] == []
        transaction.rollback()


def test_every_check_kills_something():
    assert {mutant.killed_by for mutant in MUTANTS} == set(CHECKS)
