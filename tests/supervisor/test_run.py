"""`kimhub run` as a newcomer uses it: real servers, real pages, real signals.

A start costs the CPU time of five processes that import everything, so there are four of them: one from nothing, one
that most tests share, the one after that was killed, and one whose supervisor is killed.
"""

from __future__ import annotations

import http.client
import re
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from kimhub.supervisor.address import ONLY_HERE
from kimhub.supervisor.children import CHILDREN
from tests.embedded.support import eventually
from tests.support.place import copy_all, directory_for_servers
from tests.support.processes import command_of, gone, kill, kill_at_once
from tests.support.running import SECONDS, Run

pytestmark = pytest.mark.faults


USUAL_PORT = 8080
ONE_WEB_PROCESS = {"WEB_CONCURRENCY": "1"}
"""Where a test is not about several of them."""


@dataclass(frozen=True)
class Newcomer:
    """What somebody saw who started where nothing was, looked at a page and left with Ctrl-C."""

    var: Path
    lines: list[str]
    page: int
    ended: int
    nothing_left: bool


@pytest.fixture(scope="module")
def newcomer() -> Iterator[Newcomer]:
    """The only start from nothing; the other tests go on from copies of its data."""
    with directory_for_servers() as place:
        running = Run(place / "var", "--no-demo", environ=ONE_WEB_PROCESS)
        try:
            page = status(running.address())
            family = running.family()
            running.signal(signal.SIGINT)
            ended = running.end()
            yield Newcomer(place / "var", running.lines, page, ended, gone(family))
        finally:
            running.clean_up()


@pytest.fixture
def run(place: Path, newcomer: Newcomer) -> Iterator[Callable[..., Run]]:
    copy_all(newcomer.var, place / "var")
    runs: list[Run] = []

    def start(**variables: str) -> Run:
        runs.append(Run(place / "var", "--no-demo", environ=ONE_WEB_PROCESS, **variables))
        return runs[-1]

    yield start
    for started in runs:
        started.clean_up()


@dataclass
class Platform:
    """What runs on one directory for the tests that share it."""

    running: Run
    usual_port_taken: bool
    """Whether the usual port was kept from it when it started."""

    def start_again(self) -> None:
        self.running = Run(self.running.var, "--no-demo", environ=ONE_WEB_PROCESS)


@pytest.fixture(scope="module")
def shared(newcomer: Newcomer) -> Iterator[Platform]:
    """One run for the tests that it is to survive; then it is killed and starts again, and the last test ends it."""
    with directory_for_servers() as place:
        var = copy_all(newcomer.var, place / "var")
        with usual_port_taken() as ours:
            platform = Platform(Run(var, "--no-demo", environ={"WEB_CONCURRENCY": "2"}), ours)
            try:
                platform.running.address()
            except BaseException:
                platform.running.clean_up()
                raise
        try:
            yield platform
        finally:
            platform.running.clean_up()


@pytest.fixture
def platform(shared: Platform) -> Run:
    return shared.running


@contextmanager
def usual_port_taken() -> Iterator[bool]:
    """Hold the usual port; False where somebody else has it, who may let go of it at any moment."""
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", USUAL_PORT))
            other.listen()
        except OSError:
            yield False
        else:
            yield True


def status(address: str, path: str = "/healthz") -> int:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers={"Host": parts.netloc})
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_serves_from_nothing_until_it_is_interrupted_and_leaves_nothing_behind(newcomer):
    assert newcomer.page == 200
    assert newcomer.ended == 0
    assert newcomer.lines[-1] == "KIMHub ist beendet."
    assert newcomer.nothing_left
    assert ONLY_HERE in newcomer.lines
    steps = [line for line in newcomer.lines if line.startswith("✓")]
    assert steps[0] == "✓ Datenbank (PostgreSQL) bereit"
    assert steps[1] == "✓ Warteschlange (Redis) bereit"
    assert steps[2].startswith("✓ Tabellen auf neuestem Stand")


def test_a_taken_port_is_exchanged_unless_it_was_asked_for(shared):
    address = shared.running.address()
    assert not shared.usual_port_taken or urlsplit(address).port != USUAL_PORT
    assert status(address) == 200


def test_another_run_on_the_same_directory_is_refused_and_disturbs_nothing(platform):
    second = Run(platform.var, "--no-demo")
    try:
        assert second.end() == 1
    finally:
        second.clean_up()
    told = rf"Fehler: KIMHub läuft in .*/var schon \(Prozess {platform.process.pid}\)"
    assert re.search(told, second.text)
    assert status(platform.address()) == 200


def test_killing_only_the_supervisor_ends_the_rest(run):
    running = run()
    running.address()
    family = running.family()
    running.signal(signal.SIGKILL)
    running.end()
    assert eventually(lambda: gone(family))


def test_a_web_process_that_dies_comes_back_on_the_same_address(platform):
    address = platform.address()
    web = next(process for process in platform.family() if "gunicorn" in command_of(process))
    kill(web)
    assert eventually(lambda: "beendet (Signal SIGKILL), neuer Start in 1 s" in platform.text)
    assert status(address) == 200, "the request waits for the new process instead of being refused"


def requests_counted(address: str) -> int:
    """What /metrics says about /healthz, of all web processes together."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", "/metrics", headers={"Host": parts.netloc})
        body = connection.getresponse().read().decode()
    finally:
        connection.close()
    counts = re.findall(r'^kimhub_requests_total\{.*route="/healthz".*\} (\S+)$', body, re.MULTILINE)
    return int(sum(float(value) for value in counts))


def figures_of(running: Run) -> Path:
    """Where the web processes keep what they count."""
    master = next(process for process in running.family() if "gunicorn" in command_of(process))
    opened = (Path(file.path) for worker in master.children() for file in worker.open_files())
    return next(path.parent for path in opened if "kimhub-metrics-" in str(path))


def test_figures_of_all_web_processes_add_up_and_outlive_each_of_them(platform):
    running = platform
    address = running.address()
    before = requests_counted(address)
    for _ in range(30):
        assert status(address) == 200
    assert requests_counted(address) >= before + 30, "the supervisor's own questions may come on top"
    master = next(process for process in running.family() if "gunicorn" in command_of(process))
    workers = master.children()
    for worker in workers:
        worker.terminate()
    assert eventually(
        lambda: len(master.children()) == len(workers) and not {*workers} & {*master.children()}
    )
    for _ in range(30):
        assert status(address) == 200
    assert requests_counted(address) >= before + 60
    places = {path.stem.rpartition("_")[2] for path in figures_of(running).iterdir()}
    assert places <= {str(place) for place in range(len(workers))}


def test_a_database_that_dies_comes_back(platform):
    server = next(process for process in platform.family() if process.name() == "postgres")
    kill(server)
    assert eventually(lambda: "PostgreSQL war beendet und läuft wieder" in platform.text)


def test_everything_killed_starts_again_with_its_data(shared):
    first = shared.running
    kill_at_once([psutil.Process(first.process.pid), *first.family()])
    first.end()
    first.clean_up()
    shared.start_again()
    assert status(shared.running.address()) == 200
    assert "✓ Tabellen auf neuestem Stand (Migrationen ausgeführt: 0)" in shared.running.lines


def test_told_to_end_it_leaves_nothing_behind(platform):
    """The last one of those that share a run."""
    assert status(platform.address()) == 200
    family, figures = platform.family(), figures_of(platform)
    platform.signal(signal.SIGTERM)
    assert platform.end() == 0
    assert platform.lines[-1] == "KIMHub ist beendet."
    assert gone(family)
    assert not figures.exists()


def test_a_taken_port_that_was_asked_for_is_refused(run):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        asked = run(PORT=str(other.getsockname()[1]))
        assert asked.end() == 1
        assert "ist belegt" in asked.text


@pytest.mark.parametrize(
    ("step", "number"), [("Datenbank", signal.SIGTERM), ("Warteschlange", signal.SIGINT)]
)
def test_a_signal_during_the_start_ends_it_cleanly(run, place, step, number):
    running = run()
    assert eventually(lambda: any(step in line for line in running.lines), SECONDS)
    family = running.family()
    running.signal(number)
    assert running.end() == 128 + number, running.text
    assert running.lines[-1] == "Abgebrochen, bevor alles gestartet war."
    assert gone(family)
    assert not (place / "var" / "postgres" / "postmaster.pid").exists(), (
        "the database was shut down, not killed"
    )


def test_wrong_settings_are_named_before_anything_starts(place):
    refused = Run(place / "var", LOG_LEVEL="laut")
    assert refused.end() == 1
    refused.clean_up()
    assert "KIMHUB_LOG_LEVEL must be one of" in refused.text
    assert not (place / "var").exists()


def test_one_child_listens_and_each_is_a_module_of_its_own():
    assert [child.name for child in CHILDREN if child.listens] == ["web"]
    assert len({child.name for child in CHILDREN}) == len(CHILDREN)
