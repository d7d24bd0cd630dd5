"""A watched process is started again with growing waits, its lines are passed on, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from kimhub.supervisor.watched import Watched
from tests.embedded.support import eventually
from tests.support.processes import gone

pytestmark = pytest.mark.faults


class Lines(list[tuple[str, str]]):
    def __call__(self, name: str, line: str) -> None:
        self.append((name, line))


def watched(program: str, lines: Lines, **options: object) -> Watched:
    return Watched(
        "child",
        [sys.executable, "-u", "-c", program],
        lines,
        environ=os.environ,
        directory="/",
        **({"first_wait": 0.05} | options),
    )


FOREVER = "import time; print('up'); time.sleep(600)"


def test_what_it_prints_is_passed_on_line_by_line_whatever_the_bytes():
    lines = Lines()
    child = watched("import sys; print('erste'); sys.stderr.buffer.write(b'kaputt: \\xff\\n')", lines)
    child.start()
    assert eventually(lambda: len(lines) == 2)
    child.stop()
    assert lines == [("child", "erste"), ("child", "kaputt: \ufffd")]


def test_a_process_that_dies_is_started_again_after_growing_waits():
    lines = Lines()
    child = watched("raise SystemExit(3)", lines, first_wait=0.05)
    child.start()

    def three_deaths() -> bool:
        child.look()
        return len(lines) == 3

    assert eventually(three_deaths)
    child.stop()
    assert [line for _, line in lines] == [
        f"beendet (Status 3), neuer Start in {wait} s" for wait in ("0.05", "0.1", "0.2")
    ]


def test_a_killed_process_is_named_with_its_signal_and_comes_back():
    lines = Lines()
    child = watched(FOREVER, lines)
    child.start()
    assert eventually(lambda: ("child", "up") in lines)
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def back() -> bool:
        child.look()
        return child.pid not in (None, first)

    assert eventually(back)
    assert ("child", "beendet (Signal SIGKILL), neuer Start in 0.05 s") in lines
    child.stop()
    assert not child.is_running()


def test_a_process_that_was_stopped_stays_stopped():
    child = watched(FOREVER, Lines())
    child.start()
    child.stop()
    child.stop()
    assert child.pid is None


def test_stopping_gives_time_to_finish():
    lines = Lines()
    child = watched(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), print('finished'), sys.exit()))\n"
        "print('up'); time.sleep(600)",
        lines,
    )
    child.start()
    assert eventually(lambda: ("child", "up") in lines)
    child.stop()
    assert lines == [("child", "up"), ("child", "finished")]


STUBBORN = (
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "grandchild = subprocess.Popen(['/bin/sleep', '600'])\n"
    "print(grandchild.pid); time.sleep(600)"
)


@pytest.mark.parametrize("hurried", [False, True])
def test_a_process_that_does_not_end_is_ended_with_all_it_has_started(hurried):
    lines = Lines()
    child = watched(STUBBORN, lines, seconds_to_stop=600 if hurried else 0.3)
    child.start()
    assert eventually(lambda: len(lines) == 1)
    grandchild = psutil.Process(int(lines[0][1]))
    started = time.monotonic()
    child.stop(hurried=lambda: hurried)
    assert time.monotonic() - started < 10
    assert ("child", "endet nicht rechtzeitig und wird abgebrochen") in lines
    assert not child.is_running()
    assert eventually(lambda: gone([grandchild]))


def test_what_a_dead_process_has_left_behind_is_ended_before_it_comes_back(tmp_path: Path):
    lines = Lines()
    child = watched("import subprocess; print(subprocess.Popen(['/bin/sleep', '600']).pid)", lines)
    child.start()
    assert eventually(lambda: len(lines) == 1)
    orphan = psutil.Process(int(lines[0][1]))
    assert eventually(lambda: not child.is_running())
    child.look()
    assert eventually(lambda: gone([orphan]))
    child.stop()
