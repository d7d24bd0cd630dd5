"""The embedded PostgreSQL: one data directory, one socket, no network."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from kimhub.core.database.urls import conninfo
from kimhub.core.interruption import undisturbed
from kimhub.core.layout import POSTGRES_PORT, Layout
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.leftovers import stop_leftovers
from kimhub.embedded.processes import run_tool, start_server, stop_server, wait_until_ready
from kimhub.embedded.programs import postgres_programs, postgres_trees

SECONDS_TO_START = 300
"""Long, because after a crash the server first replays its log."""
_END = signal.SIGINT
"""PostgreSQL's “fast shutdown”: open transactions are rolled back, everything committed is written."""
_SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """PostgreSQL on `layout.postgres`, reachable through the socket only, which nobody else can enter."""

    name = "PostgreSQL"

    def __init__(
        self, layout: Layout, account: ServerAccount, *, durable: bool, programs: Path | None = None
    ) -> None:
        self._programs = programs
        self._layout = layout
        self._account = account
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process id. Raises RuntimeError while it is not started."""
        if self._process is None:
            raise RuntimeError("the server is not started")
        return self._process.pid

    def start(self) -> None:
        """Start the server on its data, which is made first if there is none. Wait until it answers."""
        if self._programs is None:
            self._programs = postgres_programs()
            for tree in postgres_trees():
                if tree.exists():
                    self._account.let_read(tree)
        data = self._layout.postgres
        if data.exists():
            self._account.own_directory(data)
            stop_leftovers(data, "postgres", end_signal=_END)
            _check_version(data, self._programs)
        else:
            self._make_data_directory(self._programs)
        self._remove_stale_locks()
        log = self._layout.log / "postgres.log"
        with undisturbed():
            self._process = start_server(
                [self._programs / "bin" / "postgres", "-D", data, *self._options()],
                account=self._account,
                directory=data,
                log=log,
                end_signal=_END,
            )
        wait_until_ready(self._process, self._answers, seconds=SECONDS_TO_START, name=self.name, log=log)

    def stop(self) -> None:
        """End the server; everything committed is on disk afterwards."""
        if self._process is not None:
            stop_server(self._process, end_signal=_END)
            self._process = None

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def _make_data_directory(self, programs: Path) -> None:
        """Make it under another name and rename it when complete, so that an interruption leaves no half."""
        data = self._layout.postgres
        draft = data.with_name("postgres.new")
        if draft.exists():
            stop_leftovers(draft, "postgres", end_signal=signal.SIGKILL)
            shutil.rmtree(draft)
        self._account.own_directory(draft)
        options = ["--auth-local", "trust", "--auth-host", "reject", "--encoding", "UTF8", "--locale", "C"]
        if not self._durable:
            options.append("--no-sync")
        run_tool(
            [programs / "bin" / "initdb", "--pgdata", draft, "--username", "postgres", *options],
            account=self._account,
            directory=draft,
        )
        draft.rename(data)

    def _remove_stale_locks(self) -> None:
        """Remove the lock files of a run that was killed.

        Nobody works in the directory any more, so the number in them belongs to a process that is gone, was
        never fetched by its parent, or is a stranger now; PostgreSQL itself would not dare to go on.
        """
        socket = self._layout.sockets / f".s.PGSQL.{POSTGRES_PORT}"
        for path in (
            self._layout.postgres / "postmaster.pid",
            socket.with_name(f"{socket.name}.lock"),
            socket,
        ):
            path.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        settings = _SETTINGS | {"unix_socket_directories": str(self._layout.sockets)}
        if not self._durable:
            settings |= _NOT_DURABLE
        return [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]

    def _answers(self) -> bool:
        try:
            psycopg.connect(conninfo(self._layout.urls().admin)).close()
        except psycopg.OperationalError:
            return False
        return True


def _check_version(data: Path, programs: Path) -> None:
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        raise EmbeddedError(
            f"{data} enthält keine Datenbank. Bitte benennen Sie das Verzeichnis um und starten Sie erneut."
        )
    theirs, ours = version_file.read_text().strip(), _major_version(programs)
    if theirs != ours:
        raise EmbeddedError(
            f"Die Daten in {data} stammen von PostgreSQL {theirs}, installiert ist PostgreSQL {ours}. "
            "Bitte sichern Sie sie mit der alten Fassung (pg_dump) und benennen Sie das Verzeichnis um."
        )


def _major_version(programs: Path) -> str:
    done = subprocess.run(  # noqa: S603 — the program of the wheel
        [programs / "bin" / "postgres", "--version"], check=True, capture_output=True, text=True
    )
    return done.stdout.split()[2].split(".")[0]  # “postgres (PostgreSQL) 15.18 (Debian …)”
