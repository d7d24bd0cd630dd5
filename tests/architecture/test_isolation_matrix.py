"""Every table × every kind of tenant × every operation, generated from the models.

A new table takes part by itself; if its rows cannot be guessed, the failure says which line is missing in
tests/factories/rows.py.
"""

from __future__ import annotations

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError

from tenants import NOBODY, Base, Reference, Sealed
from tenants.binding import bind_connection
from tenants.ddl import isolation_of
from tenants.lint import tenant_tables
from tests.factories.rows import HINTS
from tests.support.isolation import CHECKS, Probe

TENANT_TABLES = tenant_tables()
REFERENCE_TABLES = [t for t in Base.metadata.sorted_tables if isinstance(isolation_of(t), Reference)]
SEALED_TABLES = [t for t in Base.metadata.sorted_tables if isinstance(isolation_of(t), Sealed)]


def name_of(table):
    return table.name


@pytest.fixture
def probe(populated):
    """The application's role on one connection."""
    with populated.app.connect() as connection, connection.begin() as transaction:
        yield Probe(connection)
        transaction.rollback()


@pytest.mark.parametrize("table", TENANT_TABLES, ids=name_of)
def test_every_tenant_table_has_rows_of_several_tenants(populated, table):
    rows = populated.world.of(table)
    assert rows
    assert {row.state for row in rows} <= {"private", "shared", "withdrawn"}


@pytest.mark.parametrize("table", TENANT_TABLES, ids=name_of)
@pytest.mark.parametrize("check", CHECKS)
def test_the_two_rules_hold(populated, probe, table, check):
    assert list(CHECKS[check](populated.world, table, probe)) == []


@pytest.mark.parametrize("table", REFERENCE_TABLES, ids=name_of)
def test_reference_data_is_read_by_all_and_written_by_the_operator_only(populated, probe, table):
    world, isolation = populated.world, isolation_of(table)
    for viewer in world.viewers:
        with probe.acting(viewer) as connection:
            connection.execute(select(table).limit(1))
        for statement in (f"INSERT INTO {table.name} DEFAULT VALUES", f"DELETE FROM {table.name}"):
            assert isinstance(probe.attempt(viewer, text(statement)), InsufficientPrivilege)
        for column in (c for c in table.columns if c.identity is None and c.computed is None):
            own_row = table.c[isolation.own_row] == viewer.id if isolation.own_row and viewer else None
            outcome = probe.attempt(viewer, update(table).values({column.name: column}))
            if column.name not in isolation.updatable:
                assert isinstance(outcome, InsufficientPrivilege), column.name
            else:
                assert outcome == (0 if own_row is None else 1), column.name


@pytest.mark.parametrize("table", SEALED_TABLES, ids=name_of)
def test_sealed_tables_are_out_of_reach(populated, probe, table):
    for viewer in populated.world.viewers:
        for statement in (
            f"SELECT count(*) FROM {table.name}",
            f"INSERT INTO {table.name} DEFAULT VALUES",
            f"DELETE FROM {table.name}",
            *(f"SELECT {column.name} FROM {table.name}" for column in table.columns),
            *(f"UPDATE {table.name} SET {column.name} = DEFAULT" for column in table.columns),
        ):
            assert isinstance(probe.attempt(viewer, text(statement)), InsufficientPrivilege), statement


def test_hints_are_about_tables_that_exist():
    assert set(HINTS) <= {table.name for table in TENANT_TABLES}


def test_an_unbound_connection_sees_no_row_of_any_tenant(populated):
    with populated.app.connect() as connection:
        for table in TENANT_TABLES:
            assert connection.execute(select(table)).all() == [], table.name


def test_nobody_sees_no_row_of_any_tenant(populated):
    with populated.app.connect() as connection:
        bind_connection(connection, NOBODY)
        for table in TENANT_TABLES:
            assert connection.scalar(text(f"SELECT count(*) FROM {table.name}")) == 0, table.name


def test_switching_row_security_off_gives_an_error_and_no_rows(populated):
    for table in TENANT_TABLES:
        with populated.app.connect() as connection:
            connection.execute(text("SET LOCAL row_security = off"))
            with pytest.raises(ProgrammingError, match="row-level security"):
                connection.execute(select(table))
