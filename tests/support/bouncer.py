"""PgBouncer in transaction mode in front of a test's database."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import URL, make_url

from kimhub.core.database.roles import LOGIN_ROLES
from kimhub.core.database.urls import conninfo
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.processes import start_server, stop_server, wait_until_ready
from tests.support.parts import pgbouncer

PORT = 6432
SERVER_CONNECTIONS = 2


@contextmanager
def bouncing(url: str) -> Iterator[str]:
    """Yield the address of the same database behind PgBouncer, where two server connections serve everybody."""
    program = pgbouncer()
    target = make_url(url)
    account = ServerAccount.for_this_process()
    with tempfile.TemporaryDirectory(prefix="kimhub-bouncer-") as directory:
        place = Path(directory).resolve() / "bouncer"
        account.own_directory(place)
        account.let_through(place)
        (place / "users").write_text("".join(f'"{role}" ""\n' for role in LOGIN_ROLES))
        (place / "ini").write_text(_settings(target, place))
        for name in ("users", "ini"):
            (place / name).chmod(0o644)
        process = start_server(
            [program, place / "ini"], account=account, directory=place, log=place.parent / "log",
            end_signal=signal.SIGINT,
        )  # fmt: skip
        socket = f"host={quote(str(place), safe='')}&port={PORT}"
        through = f"postgresql+psycopg://{target.username}@/{target.database}?{socket}"
        try:
            wait_until_ready(
                process, lambda: _answers(through), seconds=20, name="PgBouncer", log=place.parent / "log"
            )
            yield through
        finally:
            stop_server(process, end_signal=signal.SIGINT)


def _settings(target: URL, place: Path) -> str:
    host = target.query.get("host") or target.host or "127.0.0.1"
    port = target.query.get("port") or target.port or 5432
    return "\n".join(
        [
            "[databases]",
            f"{target.database} = host={host} port={port} dbname={target.database}",
            "[pgbouncer]",
            "listen_addr =",
            f"listen_port = {PORT}",
            f"unix_socket_dir = {place}",
            "auth_type = trust",
            f"auth_file = {place / 'users'}",
            "pool_mode = transaction",
            f"default_pool_size = {SERVER_CONNECTIONS}",
            "ignore_startup_parameters = options, extra_float_digits",
            "log_connections = 0",
            "log_disconnections = 0",
            "",
        ]
    )


def _answers(url: str) -> bool:
    try:
        psycopg.connect(conninfo(url)).close()
    except psycopg.OperationalError:
        return False
    return True
