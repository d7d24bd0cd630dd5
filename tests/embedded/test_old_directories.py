"""A `var/` of another time is refused with one sentence that names the way out, and nothing in it is touched."""

from __future__ import annotations

import psycopg
import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from kimhub.core.database.prepare import OLDEST_VERSION
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.layout import DATABASE
from kimhub.core.operator_error import OperatorError
from kimhub.embedded.servers import EmbeddedServers
from tests.support.parts import debian_postgres


def refused(place, *command: str) -> str:
    """Run a command on the directory; return what the operator is told."""
    with pytest.raises(OperatorError) as told:
        CliRunner(env={"KIMHUB_VAR": str(place)}).invoke(kimhub, command, catch_exceptions=False)
    return str(told.value)


def change(servers: EmbeddedServers, database: str, *statements: str) -> None:
    url = with_database(servers.urls.admin, database)
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_data_of_another_postgresql(place):
    with EmbeddedServers(place, durable=False, postgres_programs=debian_postgres(OLDEST_VERSION)):
        pass
    told = refused(place, "db", "migrate")
    assert f"stammen von PostgreSQL {OLDEST_VERSION}, installiert ist PostgreSQL 1" in told
    assert "benennen Sie das Verzeichnis um" in told
    assert (place / "postgres" / "PG_VERSION").read_text().strip() == str(OLDEST_VERSION)


def test_a_database_made_before_umlauts_were_letters(made):
    with EmbeddedServers(made, durable=False) as servers:
        change(
            servers,
            "postgres",
            f"DROP DATABASE {DATABASE}",
            f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin"
            " BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'",
        )
    told = refused(made, "tenants", "list")
    assert "Umlaute gelten nicht als Buchstaben (LC_CTYPE C statt C.UTF-8)" in told
    assert f"Benennen Sie das Verzeichnis {made} um" in told


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE alembic_version SET version_num = 'f00d'",
            "steht auf dem Stand f00d, den diese Fassung nicht",
        ),
        ("UPDATE alembic_version_text SET sha256 = '' WHERE version_num = '0003'", "dieser Fassung (0003)"),
    ],
)
def test_a_database_of_other_migrations(migrated, statement, sentence):
    with EmbeddedServers(migrated, durable=False) as servers:
        change(servers, DATABASE, statement)
    for command in (["run"], ["db", "migrate"], ["db", "check"]):
        told = refused(migrated, *command)
        assert sentence in told
        assert f"Benennen Sie das Verzeichnis {migrated} um" in told
