"""Real relays and workers, each a process of its own, which tests kill, stop and start again.

They come from a fork server that has everything imported, so a new one is there within milliseconds: making an
application once here imports what making the next one needs.
"""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from types import MappingProxyType
from typing import Any

import psutil
import time_machine
from sqlalchemy.orm import configure_mappers

from kimhub.app import create_app
from kimhub.core.interruption import WishToEnd
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.pulse import Pulse
from kimhub.core.jobs.registry import load_kinds
from kimhub.core.jobs.relay import Pace, run_relay
from kimhub.core.jobs.worker import run_worker
from kimhub.core.settings import Settings
from tests.support import job_kinds  # noqa: F401 - declares the kinds
from tests.support.patience import PATIENCE
from tests.support.processes import kill

PACE = Pace(poll=0.05, hand_over=2.0, tick=0.2, longest_rest=0.5)

with tempfile.TemporaryDirectory() as _var:
    create_app(Settings.from_environ({"KIMHUB_VAR": _var}))
load_kinds()
configure_mappers()

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload([__name__])


def _relay(environ: dict[str, str]) -> None:
    stop = WishToEnd()
    signal.signal(signal.SIGTERM, stop.set)
    run_relay(Settings.from_environ(environ), stop, pace=PACE)


def _worker(environ: dict[str, str], *, deaf: bool, hours_off: int, lanes: tuple[Lane, ...]) -> None:
    if hours_off:
        time_machine.travel(datetime.now(UTC) + timedelta(hours=hours_off)).start()
    if deaf:
        Pulse._beat = lambda _: None  # type: ignore[method-assign]  # a worker that gives no signs of life
    settings = Settings.from_environ(environ)
    run_worker(create_app(settings), settings, lanes)


@dataclass
class Crew:
    """The processes of one test."""

    environ: dict[str, str]
    processes: list[ForkServerProcess] = field(default_factory=list)

    def relay(self) -> ForkServerProcess:
        return self._start(_relay, {})

    def worker(
        self, *lanes: Lane, deaf: bool = False, hours_off: int = 0, **settings: int
    ) -> ForkServerProcess:
        """Start a worker, of both lanes where none is named; `settings` as in `Settings`."""
        options = {"deaf": deaf, "hours_off": hours_off, "lanes": lanes or tuple(Lane)}
        return self._start(
            _worker, options, {f"KIMHUB_{name.upper()}": str(settings[name]) for name in settings}
        )

    def _start(
        self,
        target: Callable[..., None],
        options: dict[str, Any],
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> ForkServerProcess:
        process = _processes.Process(target=target, args=({**self.environ, **environ},), kwargs=options)
        process.start()
        self.processes.append(process)
        return process

    def dismiss(self) -> None:
        """End all that are left, with their children."""
        for process in self.processes:
            kill(*children(process), process)
        for process in self.processes:
            process.join()


def children(process: ForkServerProcess) -> list[psutil.Process]:
    """Return the processes in which a worker does its job."""
    try:
        return psutil.Process(process.pid).children()
    except psutil.NoSuchProcess:
        return []


def child_of(process: ForkServerProcess) -> psutil.Process:
    """Wait for the worker to have a job and return the process that does it."""
    return eventually(lambda: next(iter(children(process)), None), "no child")


def eventually(question, complaint: str, *, seconds: float = PATIENCE):
    """Ask until the answer is true and return it."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < deadline, complaint
        time.sleep(0.02)
    return answer
