"""The database of `committing` is as good as new for each test: emptied where that suffices, else a new copy."""

from __future__ import annotations

import os

import psycopg
import pytest

from kimhub.core.database.urls import conninfo, with_database
from tests.factories.tenants import create_district
from tests.support.as_new import AsNew, marks_of

NAME = f"as_new_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@pytest.fixture(scope="module")
def kept(cluster):
    kept = AsNew(cluster, NAME)
    yield kept
    kept.drop()


@pytest.fixture
def database(kept):
    kept.make()
    return kept


@pytest.fixture
def admin(cluster, database):
    with psycopg.connect(
        conninfo(with_database(cluster.urls(NAME).admin, NAME)), autocommit=True
    ) as connection:
        yield connection


def test_what_a_test_has_written_is_gone_and_numbers_begin_anew(cluster, database, admin):
    new = marks_of(admin)
    districts = []
    for _ in range(2):
        owner = cluster.engine(cluster.urls(NAME).owner)
        with owner.begin() as connection:
            districts.append(create_district(connection))
        owner.dispose()
        assert database.make() is False
    assert districts[0] == districts[1], "the same tenants with the same numbers"
    with psycopg.connect(conninfo(with_database(cluster.urls(NAME).admin, NAME))) as connection:
        assert marks_of(connection, new.since) == new


def test_a_connection_that_was_left_open_is_ended(database, admin):
    assert database.make() is False
    with pytest.raises(psycopg.OperationalError):
        admin.execute("SELECT 1")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE tenant DISABLE TRIGGER ALL",
        "DROP POLICY job_read ON job",
        "GRANT UPDATE ON job TO kimhub_app",
        "CREATE TABLE more (id integer)",
        "CREATE OR REPLACE FUNCTION app.tenant() RETURNS integer LANGUAGE sql STABLE RETURN 1",
        "TRUNCATE job",
        "DELETE FROM workflow_transition",
        "UPDATE alembic_version SET version_num = version_num",
        "ALTER DATABASE {} SET work_mem = '1MB'",
    ],
)
def test_whatever_else_has_changed_takes_a_new_copy(database, admin, statement):
    new = marks_of(admin)
    admin.execute(statement.replace("{}", NAME))
    assert marks_of(admin, new.since) != new
    admin.close()
    assert database.make() is True


def test_a_database_that_takes_no_connections_or_is_gone_is_made_anew(cluster, database):
    for statement in (f"ALTER DATABASE {NAME} ALLOW_CONNECTIONS false", f"DROP DATABASE {NAME} WITH (FORCE)"):
        with psycopg.connect(conninfo(cluster.urls("postgres").admin), autocommit=True) as connection:
            connection.execute(statement)
            if statement.startswith("DROP"):
                connection.execute(f"CREATE DATABASE {NAME}")
        assert database.make() is True
