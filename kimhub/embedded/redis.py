"""The embedded Redis: carries wake-ups for jobs. It may be emptied at any moment: the relay fills it."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import redis

from kimhub.core.interruption import undisturbed
from kimhub.core.layout import Layout
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.leftovers import stop_leftovers
from kimhub.embedded.processes import start_server, stop_server, wait_until_ready
from kimhub.embedded.programs import redis_programs

SECONDS_TO_START = 60
_END = signal.SIGTERM


class EmbeddedRedis:
    """Redis on `layout.redis`, reachable through the socket only, which nobody else can enter."""

    name = "Redis"

    def __init__(self, layout: Layout, account: ServerAccount, *, durable: bool) -> None:
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
        """Start the server and wait until it answers. A file it cannot read is put aside; nothing is lost."""
        self._account.let_read(redis_programs())
        self._account.own_directory(self._layout.redis)
        stop_leftovers(self._layout.redis, "redis-server", end_signal=_END)
        try:
            self._start_once()
        except EmbeddedError:
            damaged = self._layout.redis / "appendonly.aof"
            if not damaged.exists():
                raise
            damaged.rename(damaged.with_name(f"appendonly.{datetime.now(UTC):%Y%m%dT%H%M%S}.damaged"))
            self._start_once()

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            stop_server(self._process, end_signal=_END)
            self._process = None

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def _start_once(self) -> None:
        log = self._layout.log / "redis.log"
        # Redis takes an existing socket file for its own, so one that a killed run left behind does no harm.
        command: list[str | Path] = [
            redis_programs() / "redis-server", "--port", "0", "--unixsocket", self._layout.redis_socket,
            "--unixsocketperm", "700", "--dir", self._layout.redis, "--save", "",
            "--appendonly", "yes" if self._durable else "no", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        with undisturbed():
            self._process = start_server(
                command, account=self._account, directory=self._layout.redis, log=log, end_signal=_END
            )
        wait_until_ready(self._process, self._answers, seconds=SECONDS_TO_START, name=self.name, log=log)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self._layout.urls().redis) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False
