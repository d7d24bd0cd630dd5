"""Signals that ask for the end become one exception, with the status that the shell expects, and never in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from kimhub.core.interruption import STOP_SIGNALS, Interrupted, interrupt, undisturbed


@pytest.fixture
def handled():
    before = {number: signal.signal(number, interrupt) for number in STOP_SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_the_status_is_that_of_the_shell(handled, number):
    with pytest.raises(Interrupted) as interrupted:
        os.kill(os.getpid(), number)
    assert interrupted.value.status == 128 + number


def test_what_is_begun_undisturbed_is_finished_first(handled):
    done = []

    def begin():
        with undisturbed(), undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("begun and noted")

    with pytest.raises(Interrupted):
        begin()
    assert done == ["begun and noted"]
    with undisturbed():
        pass  # the signal is used up


def test_other_threads_hold_nothing_back(handled):
    inside, leave = threading.Event(), threading.Event()

    def hold():
        with undisturbed():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(Interrupted):
        os.kill(os.getpid(), signal.SIGTERM)
    leave.set()
    thread.join()


THROUGH_COMPILED_TEXT = """
import os, signal, sys
from kimhub.core.interruption import Interrupted, interrupt
signal.signal(signal.SIGINT, interrupt)
try:
    exec("os.kill(os.getpid(), signal.SIGINT)")
except Interrupted as interrupted:
    sys.exit(interrupted.status)
"""


def test_the_status_holds_whatever_code_the_signal_meets(tmp_path):
    (tmp_path / "meets.py").write_text(THROUGH_COMPILED_TEXT)
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run([sys.executable, "-m", "meets"], env=os.environ | {"PYTHONPATH": path}, check=False)
    assert done.returncode == 130
