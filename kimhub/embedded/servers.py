"""Both embedded servers as one thing that starts, answers and stops."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from kimhub.core.database.prepare import prepare_cluster
from kimhub.core.database.unfit import begun_anew
from kimhub.core.layout import DATABASE, EmbeddedUrls, Layout
from kimhub.embedded.account import ServerAccount, account_name
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.postgres import EmbeddedPostgres
from kimhub.embedded.redis import EmbeddedRedis

Progress = Callable[[str], None]


class AlreadyRunningError(EmbeddedError):
    """Another process already runs the servers of this directory."""


def silent(_: str) -> None:
    """Report progress to nobody."""


class EmbeddedServers:
    """PostgreSQL and Redis below one directory, for the life of a `with` block.

    Nothing listens on the network. Only the account that runs the servers, and root, can enter the directory
    of the sockets. The servers end with the block, on an exception, and on Linux also when this process is
    killed. What a killed run has left behind is cleared at the next start.

    `durable=False` gives up safety against power failure for speed (tests). `postgres` and `redis` choose
    which of the two is wanted, `postgres_programs` another installation of PostgreSQL than that of the wheel
    (a directory with bin, lib and share). `progress` is told each finished step in German.
    Starting raises EmbeddedError, and AlreadyRunningError where another process runs the same directory.
    """

    def __init__(
        self,
        var: Path,
        progress: Progress = silent,
        *,
        durable: bool = True,
        postgres: bool = True,
        redis: bool = True,
        postgres_programs: Path | None = None,
    ) -> None:
        self.layout = Layout(var.absolute())
        self._progress = progress
        self._durable = durable
        self._wanted = (postgres, redis)
        self._postgres_programs = postgres_programs
        self._running = ExitStack()
        self._servers: list[EmbeddedPostgres | EmbeddedRedis] = []

    @property
    def urls(self) -> EmbeddedUrls:
        """Addresses of the database `kimhub` and of the queue."""
        return self.layout.urls()

    def urls_of(self, database: str) -> EmbeddedUrls:
        """Return the addresses for another database of the same server (tests)."""
        return self.layout.urls(database)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start what is wanted and make roles and an empty database `kimhub` where they are missing."""
        self._make_var()
        self._lock()
        try:
            account = ServerAccount.for_this_process()
            account.let_through(self.layout.var)
            account.own_directory(self.layout.sockets)
            self._running.callback(self._remove_far_sockets)
            self.layout.log.mkdir(mode=0o700, exist_ok=True)
            self._running.callback(self._servers.clear)
            postgres, redis = self._wanted
            if postgres:
                programs = self._postgres_programs
                self._start(EmbeddedPostgres(self.layout, account, durable=self._durable, programs=programs))
                with begun_anew(self.layout.var):
                    prepare_cluster(self.urls.admin, DATABASE)
                self._progress("Datenbank (PostgreSQL) bereit")
            if redis:
                self._start(EmbeddedRedis(self.layout, account, durable=self._durable))
                self._progress("Warteschlange (Redis) bereit")
        except BaseException:
            self.stop()
            raise

    def restart_dead(self) -> tuple[str, ...]:
        """Start again what has ended by itself; return the names of those servers."""
        dead = [server for server in self._servers if not server.is_running()]
        for server in dead:
            server.start()
        return tuple(server.name for server in dead)

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each running server by its name."""
        return {server.name: server.pid for server in self._servers}

    def stop(self) -> None:
        """Stop the queue, then the database; do nothing where nothing runs."""
        self._running.close()

    def _make_var(self) -> None:
        var = self.layout.var
        try:
            var.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise EmbeddedError(f"{var} ist kein Verzeichnis. Bitte benennen Sie die Datei um.") from error
        except PermissionError as error:
            raise EmbeddedError(
                f"{var} lässt sich nicht anlegen: {account_name(os.geteuid())} darf dort nicht schreiben. "
                "Bitte wählen Sie mit KIMHUB_VAR ein anderes Verzeichnis."
            ) from error
        if var.stat().st_uid != os.geteuid():
            owner, caller = account_name(var.stat().st_uid), account_name(os.geteuid())
            raise EmbeddedError(
                f"{var} gehört dem Konto {owner}, Sie arbeiten als {caller}. Bitte starten Sie als {owner} "
                "oder wählen Sie mit KIMHUB_VAR ein anderes Verzeichnis."
            )

    def _start(self, server: EmbeddedPostgres | EmbeddedRedis) -> None:
        self._running.callback(server.stop)  # before the start: whatever interrupts it, what runs is stopped
        server.start()
        self._servers.append(server)

    def _remove_far_sockets(self) -> None:
        if self.layout.sockets.parent != self.layout.var:
            shutil.rmtree(self.layout.sockets, ignore_errors=True)

    def _lock(self) -> None:
        """Take the directory for this process; the kernel gives it back however the process ends."""
        file = self.layout.lock.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unbekannt"
            file.close()
            raise AlreadyRunningError(
                f"KIMHub läuft in {self.layout.var} schon (Prozess {holder}). "
                "Beenden Sie diesen Lauf mit Strg+C oder wählen Sie mit KIMHUB_VAR ein anderes Verzeichnis."
            ) from None
        self._running.enter_context(file)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
