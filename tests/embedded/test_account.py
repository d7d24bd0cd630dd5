"""Root and ordinary users both run the servers; neither opens them to anybody else.

These tests need root, because they change into other accounts. Everything else in this package runs with
whatever account runs the tests, so running it once as root and once as an ordinary user covers both.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kimhub.core.layout import Layout
from kimhub.embedded.account import ACCOUNT, ServerAccount
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.programs import postgres_trees, redis_programs
from kimhub.embedded.servers import EmbeddedServers
from tests.embedded.support import read, write

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change into another account")


@pytest.fixture(scope="module")
def person() -> Iterator[pwd.struct_passwd]:
    """An ordinary account, made for these tests and removed after them."""
    if shutil.which("useradd") is None:
        pytest.skip("this system has no useradd")
    name = f"kimhub-t-{secrets.token_hex(4)}"
    subprocess.run(["useradd", "--no-create-home", "--user-group", name], check=True)
    entry = pwd.getpwnam(name)
    programs = ServerAccount(entry.pw_uid, entry.pw_gid, name)
    for tree in (*postgres_trees(), redis_programs()):
        if tree.exists():
            programs.let_read(tree)  # as it would be in the person's own environment
    yield entry
    subprocess.run(["userdel", name], check=True)


@pytest.fixture
def home(person: pwd.struct_passwd) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kimhub-test-") as directory:
        os.chown(directory, person.pw_uid, person.pw_gid)
        yield Path(directory).resolve()


def as_person(person: pwd.struct_passwd, action: Callable[[], None]) -> str:
    """Run `action` in a fork of this process that has become the person. Return what went wrong, if anything."""
    with tempfile.TemporaryFile("w+") as words:
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(person.pw_gid)
                os.setuid(person.pw_uid)
                action()
            except BaseException:  # noqa: BLE001 — whatever it is, the parent reports it
                words.write(traceback.format_exc())
                words.flush()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        words.seek(0)
        return words.read()


def test_an_ordinary_user_runs_the_servers_as_itself(person, home):
    def run() -> None:
        for _ in range(2):
            with EmbeddedServers(home / "var", durable=False) as servers:
                write(servers.urls, "mine")
        assert {path.stat().st_uid for path in (home / "var").iterdir()} == {person.pw_uid}

    assert as_person(person, run) == ""


def test_root_runs_the_servers_under_an_account_of_their_own(place):
    with EmbeddedServers(place, durable=False) as servers:
        uids = {Path(f"/proc/{pid}").stat().st_uid for pid in servers.pids.values()}
    assert uids == {pwd.getpwnam(ACCOUNT).pw_uid}


def test_no_other_account_reaches_the_sockets(person, made):
    made.chmod(0o755)
    with EmbeddedServers(made, durable=False) as servers:
        layout = servers.layout

        def knock() -> None:
            for path in (layout.sockets / ".s.PGSQL.5432", layout.redis_socket):
                with socket.socket(socket.AF_UNIX) as client, pytest.raises(PermissionError):
                    client.connect(str(path))
            for directory in (layout.sockets, layout.postgres, layout.redis, layout.log):
                with pytest.raises(PermissionError):
                    list(directory.iterdir())

        assert as_person(person, knock) == ""


def test_the_sockets_themselves_are_closed_too(made):
    with EmbeddedServers(made, durable=False) as servers:
        for path in (servers.layout.sockets / ".s.PGSQL.5432", servers.layout.redis_socket):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_closed_directory_above_lets_only_the_servers_through(person, place):
    closed = place / "home-of-root"
    closed.mkdir(mode=0o700)
    with EmbeddedServers(closed / "kimhub" / "var", durable=False) as servers:
        write(servers.urls, "reached")
        assert read(servers.urls) == ["reached"]
    assert stat.S_IMODE(closed.stat().st_mode) & 0o007 == 0
    account = ServerAccount.for_this_process()
    assert account._can(closed, "-x")
    assert not account._can(closed, "-r"), "passing through, not listing"
    assert not ServerAccount(person.pw_uid, person.pw_gid, person.pw_name)._can(closed, "-x")


def test_root_is_told_whose_directory_it_is(person, home):
    assert as_person(person, lambda: _start_once(home / "var")) == ""
    with pytest.raises(EmbeddedError, match=f"gehört dem Konto {person.pw_name}, Sie arbeiten als root"):
        EmbeddedServers(home / "var").start()
    assert as_person(person, lambda: _start_once(home / "var")) == "", "the attempt has changed nothing"


def test_an_ordinary_user_is_told_that_the_directory_is_roots(person, place, fill):
    place.chmod(0o755)
    _start_once(fill(place / "var"))

    def start() -> None:
        with pytest.raises(EmbeddedError, match=f"gehört dem Konto root, Sie arbeiten als {person.pw_name}"):
            EmbeddedServers(place / "var").start()

    assert as_person(person, start) == ""


def test_an_ordinary_user_is_told_where_it_may_not_write(person, place):
    place.chmod(0o755)

    def start() -> None:
        with pytest.raises(EmbeddedError, match=r"darf dort nicht schreiben.*KIMHUB_VAR"):
            EmbeddedServers(place / "var").start()

    assert as_person(person, start) == ""


def test_a_foreign_directory_in_the_place_of_the_far_sockets_is_refused(person, place):
    var = place / ("x" * 120)
    foreign = Layout(var).sockets
    foreign.mkdir(mode=0o777)
    os.chown(foreign, person.pw_uid, person.pw_gid)
    try:
        with pytest.raises(EmbeddedError, match=f"gehört dem Konto {person.pw_name}"):
            EmbeddedServers(var, durable=False).start()
    finally:
        foreign.rmdir()


def _start_once(var: Path) -> None:
    with EmbeddedServers(var, durable=False):
        pass
