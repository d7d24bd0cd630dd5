"""Signals that ask for the end become one exception, with the status that the shell expects, and never in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from kimhub.core.interruption import STOP_SIGNALS, Interrupted, WishToEnd, interrupt, undisturbed


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


ASKED_ALL_THE_TIME = """
import signal, sys, threading
from kimhub.core.interruption import WishToEnd
stop = {what}()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
sys.setprofile(lambda *_: signal.raise_signal(signal.SIGTERM))  # before and after every call inside
stop.set()
stop.wait(0.1)
sys.setprofile(None)
print("ended", flush=True)
"""


def ends(what: str, seconds: float) -> bool:
    """Whether a process ends that is asked to while it is being asked to."""
    command = [sys.executable, "-c", ASKED_ALL_THE_TIME.format(what=what)]
    try:
        return (
            subprocess.run(command, stdout=subprocess.PIPE, timeout=seconds, check=True).stdout == b"ended\n"
        )
    except subprocess.TimeoutExpired:
        return False


def test_a_signal_in_the_midst_of_another_is_no_deadlock():
    assert ends("WishToEnd", 30)


def test_an_event_in_its_place_would_wait_for_itself():
    assert not ends("threading.Event", 3)


def test_a_wish_is_heard_by_who_waits_and_by_who_asks_later():
    stop = WishToEnd()
    assert not stop.wait(0)
    assert not stop.is_set()
    threading.Timer(0.05, stop.set).start()
    assert stop.wait(30)
    assert stop.wait(30)
    assert stop.is_set()


def test_it_can_be_asked_more_often_than_a_pipe_holds():
    stop = WishToEnd()
    for _ in range(70_000):
        stop.set()
    assert stop.wait(0)
