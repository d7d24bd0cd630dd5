"""Runs the processes of KIMHub until a signal comes, and ends them in order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from kimhub.core.interruption import STOP_SIGNALS
from kimhub.embedded.servers import EmbeddedServers
from kimhub.supervisor.watched import Report, Watched

SECONDS_BETWEEN_LOOKS = 0.1


class Supervisor:
    """Watches processes and embedded servers. The first signal ends it in order, a second one in a hurry."""

    def __init__(
        self, processes: Sequence[Watched], report: Report, servers: EmbeddedServers | None = None
    ) -> None:
        self._processes = processes
        self._report = report
        self._servers = servers
        self._signals = 0

    def run(self, when_started: Callable[[], None] = lambda: None) -> None:
        """Start everything, call `when_started`, and watch until SIGINT, SIGTERM or SIGHUP. Main thread only.

        Whatever happens, no process is left when this returns. The embedded servers stay: they are the
        caller's, who stops them after everybody who needs them.
        """
        before = {number: signal.signal(number, self._note) for number in STOP_SIGNALS}
        try:
            for process in self._processes:
                process.start()
            when_started()
            while not self._signals:
                self._look()
                time.sleep(SECONDS_BETWEEN_LOOKS)
        finally:
            self._signals = min(self._signals, 1)
            for process in self._processes:
                process.stop(hurried=self.is_hurried)
            for number, handler in before.items():
                signal.signal(number, handler)

    def is_stopping(self) -> bool:
        """Whether a signal has come."""
        return self._signals > 0

    def is_hurried(self) -> bool:
        """Whether a second signal has come."""
        return self._signals > 1

    def _look(self) -> None:
        if self._servers is not None:
            for name in self._servers.restart_dead():
                self._report("run", f"{name} war beendet und läuft wieder")
        for process in self._processes:
            process.look()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
