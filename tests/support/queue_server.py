"""A Redis of a test's own: it can be emptied, killed and started again without disturbing anyone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis

from kimhub.core.jobs.wakeups import connect
from kimhub.core.layout import Layout
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.redis import EmbeddedRedis


class QueueServer:
    """Redis without persistence."""

    def __init__(self, var: Path) -> None:
        layout = Layout(var)
        account = ServerAccount.for_this_process()
        account.let_through(var)
        account.own_directory(layout.sockets)
        layout.log.mkdir(exist_ok=True)
        self.url = layout.urls().redis
        self._server = EmbeddedRedis(layout, account, durable=False)
        self.start()

    def client(self) -> Redis:
        return connect(self.url)

    def start(self) -> None:
        self._server.start()

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._server.pid, signal.SIGKILL)
        while self._server.is_running():
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.stop()


@contextmanager
def queue_server() -> Iterator[QueueServer]:
    # Not below pytest's own directory: each run of pytest closes that to other accounts, such as the server's.
    with TemporaryDirectory(prefix="kimhub-queue-") as var:
        server = QueueServer(Path(var))
        try:
            yield server
        finally:
            server.stop()
