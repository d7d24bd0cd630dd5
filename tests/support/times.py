"""Where the time of a run goes: seconds per folder and the slowest cases, into a file and a short table.

A case costs wall seconds (what one waits for) and CPU seconds (what the machine does: this process and the programs it
has waited for; the database server is in the total only). A folder whose wall seconds are far above its CPU seconds
waits, and may run beside others.

`build/test-times.json` holds the last whole run, `tests/times.json` one that was kept. Machines and days differ, so a
folder is compared after taking out how all folders together moved; more than a fifth is said, never failed.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LAST = ROOT / "build" / "test-times.json"
KEPT = ROOT / "tests" / "times.json"
GROWN = 1.2
WORTH_COMPARING = 5.0
"""Seconds; what takes less moves by more than a fifth on its own."""
WHOLE = 10
"""A run over fewer folders is somebody's own, and nothing is written down."""
SLOWEST = 10


@dataclass
class Cost:
    """What the cases of a folder cost together."""

    cases: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass
class Times:
    """One run."""

    when: str
    wall: float = 0.0
    cpu: float = 0.0
    workers: int = 1
    folders: dict[str, Cost] = field(default_factory=dict)
    modules: dict[str, float] = field(default_factory=dict)
    """Seconds of each module, by its path."""
    slowest: list[tuple[str, float]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Times | None:
        """Return the run that was written to `path`, or None."""
        if not path.is_file():
            return None
        raw = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**raw, "folders": {name: Cost(**cost) for name, cost in raw["folders"].items()}})

    def write(self, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def folder_of(nodeid: str) -> str:
    """Return what a case is counted under: the folder below tests/; the access matrix by itself, with its size."""
    parts = nodeid.split("::", maxsplit=1)[0].split("/")
    if parts[-1] == "test_access_matrix.py":
        return f"access matrix, {os.environ.get('KIMHUB_TEST_MATRIX', 'small')}"
    return parts[1] if len(parts) > 2 else "."


def grown(now: Times, before: Times) -> dict[str, float]:
    """Return by how much each folder has become slower, those that did by more than a fifth."""
    ratios = {
        name: cost.seconds / before.folders[name].seconds
        for name, cost in now.folders.items()
        if name in before.folders and before.folders[name].seconds > WORTH_COMPARING
    }
    if not ratios:
        return {}
    machine = statistics.median(ratios.values())
    return {name: ratio / machine for name, ratio in ratios.items() if ratio > machine * GROWN}


def cpu_seconds() -> float:
    """CPU time of this process and of all the programs it has started and waited for."""
    own, waited = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + waited.ru_utime + waited.ru_stime


class Clock:
    """The plugin: notes the CPU time where cases run, sums where their reports arrive."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._noted = cpu_seconds()
        self._cases: dict[str, Cost] = {}
        self.finished: Times | None = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        """Note what the phase cost; a worker sends it along with the report."""
        report = yield
        now = cpu_seconds()
        report.cpu = now - self._noted
        self._noted = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        cost = self._cases.setdefault(report.nodeid, Cost(1))
        cost.seconds += report.duration
        cost.cpu += getattr(report, "cpu", 0.0)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        times = self._sum(terminalreporter.config)
        if len(times.folders) < WHOLE:
            return
        self.finished = times
        _table(terminalreporter, times, Times.read(KEPT))

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Write at the very end: only then have the workers and the database server been waited for."""
        if self.finished is not None:
            self.finished.wall = round(time.monotonic() - self._started, 1)
            self.finished.cpu = round(cpu_seconds(), 1)
            self.finished.write(LAST)

    def _sum(self, config: pytest.Config) -> Times:
        times = Times(datetime.now(UTC).isoformat(timespec="seconds"))
        times.workers = int(getattr(config.option, "numprocesses", None) or 1)
        modules: Counter[str] = Counter()
        for nodeid, cost in self._cases.items():
            modules[nodeid.partition("::")[0]] += cost.seconds
            folder = times.folders.setdefault(folder_of(nodeid), Cost())
            folder.cases += 1
            folder.seconds += cost.seconds
            folder.cpu += cost.cpu
        for folder in times.folders.values():
            folder.seconds, folder.cpu = round(folder.seconds, 1), round(folder.cpu, 1)
        times.modules = {module: round(seconds, 1) for module, seconds in sorted(modules.items())}
        times.folders = dict(sorted(times.folders.items(), key=lambda item: -item[1].seconds))
        slowest = sorted(self._cases.items(), key=lambda item: -item[1].seconds)[:SLOWEST]
        times.slowest = [(nodeid, round(cost.seconds, 1)) for nodeid, cost in slowest]
        return times


def _table(terminal: Any, now: Times, before: Times | None) -> None:
    slower = grown(now, before) if before else {}
    terminal.section("where the time goes")
    terminal.write_line(f"{'folder':<24}{'cases':>7}{'seconds':>9}{'of it CPU':>11}")
    for name, cost in now.folders.items():
        note = f"  {slower[name]:.1f} times what was kept" if name in slower else ""
        terminal.write_line(f"{name:<24}{cost.cases:>7}{cost.seconds:>9.1f}{cost.cpu:>11.1f}{note}")
    for nodeid, seconds in now.slowest:
        terminal.write_line(f"{seconds:>6.1f} s  {nodeid}")
    if slower:
        terminal.write_line(
            f"Slower than in {KEPT.relative_to(ROOT)} by more than a fifth: {', '.join(slower)}. If that is meant,"
            f" keep the new times: cp {LAST.relative_to(ROOT)} {KEPT.relative_to(ROOT)}",
            yellow=True,
        )
