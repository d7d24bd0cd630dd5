"""Servers to prepare: the embedded one, and the oldest supported one where the machine has it."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from kimhub.core.database.prepare import OLDEST_VERSION
from kimhub.core.database.urls import conninfo
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.processes import run_tool, start_server, stop_server, wait_until_ready
from kimhub.embedded.programs import postgres_programs
from tests.support.parts import debian_postgres


@pytest.fixture(scope="module", params=["embedded", str(OLDEST_VERSION)])
def admin_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A server as an administrator makes it, without anything of KIMHub; the superuser's address."""
    programs = postgres_programs() if request.param == "embedded" else debian_postgres(OLDEST_VERSION)
    account = ServerAccount.for_this_process()
    with tempfile.TemporaryDirectory(prefix="kimhub-test-") as directory:
        place = Path(directory).resolve()
        data = place / "data"
        account.own_directory(data)
        account.let_through(data)
        run_tool(
            [
                programs / "bin/initdb",
                "-D",
                data,
                "-U",
                "admin",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-locale",
                "-N",
            ],
            account=account,
            directory=data,
        )
        server = start_server(
            [programs / "bin/postgres", "-D", data, "-k", data, "-c", "listen_addresses=", "-c", "fsync=off"],
            account=account,
            directory=data,
            log=place / "log",
            end_signal=signal.SIGINT,
        )
        url = f"postgresql://admin@/postgres?host={quote(str(data), safe='')}"
        try:
            wait_until_ready(server, lambda: _answers(url), seconds=30, name="PostgreSQL", log=place / "log")
            yield url
        finally:
            stop_server(server, end_signal=signal.SIGINT)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(conninfo(url)).close()
    except psycopg.OperationalError:
        return False
    return True
