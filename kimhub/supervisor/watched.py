"""One child process: started, watched, started again when it dies, ended when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from kimhub.embedded.processes import end_session, ends_with_parent

Report = Callable[[str, str], None]
"""Takes the name of the process and one line about it."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
SECONDS_OF_HEALTH = 60.0
"""A process that lived this long has recovered: its next death counts as the first."""


class Watched:
    """A process that is to run as long as the supervisor does.

    It lives in a session of its own, so Ctrl-C in the terminal reaches the supervisor only, which then ends
    everything in order. What it prints is passed on line by line.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        report: Report,
        *,
        environ: Mapping[str, str],
        directory: str | os.PathLike[str],
        pass_fds: Sequence[int] = (),
        seconds_to_stop: float = 30,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self.name = name
        self._command = list(command)
        self._report = report
        self._environ = dict(environ)
        self._directory = directory
        self._pass_fds = tuple(pass_fds)
        self._seconds_to_stop = seconds_to_stop
        self._first_wait = first_wait
        self._wait = first_wait
        self._due: float | None = None
        self._started = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None while the process is not running."""
        return self._process.pid if self.is_running() and self._process else None

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process and pass on what it prints."""
        self._due = None
        self._started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 — a command of ours
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=self._environ,
            cwd=self._directory,
            start_new_session=True,
            pass_fds=self._pass_fds,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 — one system call, loaded before
        )
        self._reader = threading.Thread(target=self._pass_on, args=(self._process,), daemon=True)
        self._reader.start()

    def look(self) -> None:
        """Notice a death and plan the next start, or carry that out when it is due. Called again and again."""
        if self.is_running():
            return
        now = time.monotonic()
        if self._due is None:
            if now - self._started > SECONDS_OF_HEALTH:
                self._wait = self._first_wait
            self._end_group()
            self._report(self.name, f"beendet ({self._outcome()}), neuer Start in {self._wait:g} s")
            self._due = now + self._wait
            self._wait = min(self._wait * 2, LONGEST_WAIT)
        elif now >= self._due:
            self.start()

    def stop(self, hurried: Callable[[], bool] = lambda: False) -> None:
        """Ask the process to end and wait as long as it may take, less if `hurried` says so meanwhile.

        Then end it and all it has started, in case something is left.
        """
        self._due = None
        if self._process is None:
            return
        if self.is_running():
            self._process.terminate()
            deadline = time.monotonic() + self._seconds_to_stop
            while self.is_running() and not hurried() and time.monotonic() < deadline:
                time.sleep(0.05)
        if self.is_running():
            self._report(self.name, "endet nicht rechtzeitig und wird abgebrochen")
        self._end_group()
        self._process.wait()
        if self._reader is not None:
            self._reader.join(5)  # a daemon that has detached itself may hold the line for longer

    def _end_group(self) -> None:
        """End whatever the process has started; its session carries the process's own number."""
        if self._process is not None:
            end_session(self._process)

    def _outcome(self) -> str:
        code = self._process.wait() if self._process else 0
        if code >= 0:
            return f"Status {code}"
        return f"Signal {signal.Signals(-code).name if -code in set(signal.Signals) else -code}"

    def _pass_on(self, process: subprocess.Popen[str]) -> None:
        """Read to the end, which comes when the process and all it has started are gone."""
        if process.stdout is not None:
            with process.stdout as lines:
                for line in lines:
                    self._report(self.name, line.rstrip("\n"))


class Printer:
    """Prints lines of several processes one at a time, each behind the name of its process."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lock = threading.Lock()

    def __call__(self, name: str, line: str) -> None:
        """Print one line."""
        with self._lock:
            sys.stdout.write(f"{name:<{self._width}} | {line}\n")
            sys.stdout.flush()
