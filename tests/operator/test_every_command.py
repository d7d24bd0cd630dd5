"""Every command there is says in one sentence what is in its way, and ends with the right status.

The commands are found, not listed: a new one is held to this at once.
"""

from __future__ import annotations

import io
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import click
import pytest
from sqlalchemy import NullPool, create_engine

from kimhub.cli import kimhub, main
from tests.factories.tenants import create_district
from tests.support.cluster import Cluster
from tests.support.commands import commands

AWAY = {
    "KIMHUB_DATABASE_URL": "postgresql://kimhub_app@127.0.0.1:1/kimhub",
    "KIMHUB_DATABASE_SIGNIN_URL": "postgresql://kimhub_signin@127.0.0.1:1/kimhub",
    "KIMHUB_DATABASE_OWNER_URL": "postgresql://kimhub_owner@127.0.0.1:1/kimhub",
    "KIMHUB_DATABASE_RELAY_URL": "postgresql://kimhub_relay@127.0.0.1:1/kimhub",
    "KIMHUB_DATABASE_ADMIN_URL": "postgresql://postgres@127.0.0.1:1/postgres",
    "KIMHUB_REDIS_URL": "redis://127.0.0.1:1/0",
}
WITHOUT_DATABASE = {
    ("db", "ddl"),
    ("db", "triggers"),
    ("demo", "accounts"),
    ("distribute",),
    ("health",),
    ("plan",),
}
WAITING = {("relay",), ("worker",)}
"""They go on until they are told to end, whatever is away: tests/core/jobs proves it."""
WRITING = {("reports", "build"), ("spending", "template")}
VALUES = {
    "ids": str(uuid4()), "client_id": str(uuid4()), "plan_id": str(uuid4()), "tables": "proceeding",
    "slug": "musterkreis", "email": "neu@kreis.example", "role": "officer", "scopes": "funding:read", "plan": "Plan",
}  # fmt: skip
EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = {("plan",): EXAMPLES / "koeln.toml", ("distribute",): EXAMPLES / "verteilung-unna.toml"}


COMMANDS = dict(commands(kimhub))


READING = [
    path
    for path, command in COMMANDS.items()
    if any(isinstance(parameter.type, click.Path) for parameter in command.params)
]


def called(path: tuple[str, ...], file: str | Path, *, every_file: bool = False) -> list[str]:
    """A call with everything that the command demands; `file` wherever it wants one."""
    words = list(path)
    for parameter in COMMANDS[path].params:
        is_file = isinstance(parameter.type, click.Path)
        wanted = parameter.required or isinstance(parameter, click.Argument)
        if not wanted and not (is_file and every_file):
            continue
        value = str(file) if is_file else VALUES.get(parameter.name or "", "x")
        words += [value] if isinstance(parameter, click.Argument) else [parameter.opts[0], value]
    return words


def ended(capfd, words: list[str]) -> tuple[int, str]:
    """Call the program; return its status and what it says on standard error."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    with pytest.raises(SystemExit) as ending:
        main(words)
    for number, handler in before.items():
        signal.signal(number, handler)
    return int(ending.value.code or 0), capfd.readouterr().err


def assert_sentence(told: str) -> None:
    assert "Traceback" not in told
    assert told.rstrip().endswith((".", "?"))
    assert "Fehler:" in told or "Error:" in told, told


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Another directory than that of the source, and no setting of the developer's."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("KIMHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KIMHUB_VAR", str(tmp_path / "var"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return tmp_path


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - WAITING), ids=" ".join)
def test_a_database_that_is_away_is_said_in_one_sentence(path, elsewhere, capfd, monkeypatch):
    for name, value in AWAY.items():
        monkeypatch.setenv(name, value)
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setenv("KIMHUB_PORT", str(free.getsockname()[1]))
    (elsewhere / "ausgaben.xlsx").write_bytes(b"x")
    file = "neu.csv" if path in WRITING else FILES.get(path, "ausgaben.xlsx")
    status, told = ended(capfd, called(path, file))
    if status == 0:
        assert path in WITHOUT_DATABASE
        return
    assert status == 1, told
    assert_sentence(told)
    assert ("antwortet nicht" if path == ("health",) else "nicht erreichbar") in told


@pytest.fixture(scope="module")
def environ(cluster: Cluster) -> Iterator[dict[str, str]]:
    """The variables that lead to a district in a database of this module's own; nothing is written to it here."""
    name = f"every_command_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        made = cluster.urls(name)
        with create_engine(made.owner, poolclass=NullPool).begin() as connection:
            create_district(connection)
        yield cluster.environ(name)


@pytest.fixture
def with_database(elsewhere, environ, monkeypatch):
    """Everything there, so that the file is what stands in the way."""
    for name, value in {**environ, "KIMHUB_REDIS_URL": AWAY["KIMHUB_REDIS_URL"]}.items():
        if name.endswith("_URL"):
            monkeypatch.setenv(name, value)


@pytest.mark.parametrize("path", sorted(READING), ids=" ".join)
def test_a_file_that_is_not_there_is_named(path, elsewhere, capfd, with_database):
    file = "fehlt/ausgaben.csv"
    (
        elsewhere / "fehlt"
    ).touch()  # a file where a directory would have to be: nothing can be written there either
    status, told = ended(capfd, called(path, file, every_file=True))
    assert status in {1, 2}, told
    assert_sentence(told)
    assert "fehlt" in told


@pytest.mark.parametrize("path", sorted(set(READING) - WRITING), ids=" ".join)
@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe", b"[[[", "Ä;Ö;Ü\n1;2".encode("cp1252")])
def test_a_file_that_is_something_else_is_refused(path, content, elsewhere, capfd, with_database):
    (elsewhere / "ausgaben.csv").write_bytes(content)
    status, told = ended(capfd, called(path, "ausgaben.csv", every_file=True))
    assert status == 1, told
    assert_sentence(told)
