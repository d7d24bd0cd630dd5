"""The embedded servers start, stop, keep what was committed, and recover from whatever was killed."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from kimhub.core.database.urls import conninfo
from kimhub.core.layout import LONGEST_SOCKET_PATH, Layout
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.programs import postgres_programs
from kimhub.embedded.servers import AlreadyRunningError, EmbeddedServers
from tests.embedded.support import Holder, eventually, key, read, write


def test_what_was_committed_is_there_after_a_restart(place):
    told: list[str] = []
    with EmbeddedServers(place / "var", told.append) as servers:
        write(servers.urls, "kept")
        processes = [psutil.Process(pid) for pid in servers.pids.values()]
    assert told == ["Datenbank (PostgreSQL) bereit", "Warteschlange (Redis) bereit"]
    assert not any(process.is_running() for process in processes)
    with EmbeddedServers(place / "var") as servers:
        assert read(servers.urls) == ["kept"]
        assert key(servers.urls) == b"kept"


def test_starting_and_stopping_twice_does_no_harm(made):
    servers = EmbeddedServers(made, durable=False)
    servers.stop()
    servers.start()
    servers.stop()
    servers.stop()
    with servers:
        assert set(servers.pids) == {"PostgreSQL", "Redis"}
    assert servers.pids == {}


def test_a_run_is_durable_and_a_test_server_is_fast(made):
    for durable, fsync in ((True, "on"), (False, "off")):
        with EmbeddedServers(made, durable=durable, redis=False) as servers:
            with psycopg.connect(conninfo(servers.urls.app)) as connection:
                assert connection.execute("SHOW fsync").fetchone() == (fsync,)
            assert set(servers.pids) == {"PostgreSQL"}


def test_nothing_listens_on_the_network(made):
    with EmbeddedServers(made, durable=False) as servers:
        for pid in servers.pids.values():
            for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
                assert process.net_connections("inet") == []


@pytest.mark.faults
def test_everything_killed_at_once_is_recovered(made):
    with Holder(made) as holder:
        write(Layout(made).urls(), "before the kill")
        holder.kill_everything()
    assert (made / "postgres" / "postmaster.pid").exists(), "the kill left its traces"
    with EmbeddedServers(made) as servers:
        assert read(servers.urls) == ["before the kill"]
        write(servers.urls, "after it")


@pytest.mark.faults
def test_servers_end_with_the_process_that_runs_them(made):
    with Holder(made) as holder:
        holder.kill_alone()
        assert eventually(lambda: not any(server.is_running() for server in holder.servers))
    with EmbeddedServers(made) as servers:
        write(servers.urls, "again")


@pytest.mark.faults
def test_a_server_left_over_from_a_run_that_is_gone_is_ended(made):
    with EmbeddedServers(made) as servers:
        write(servers.urls, "kept")
    account = ServerAccount.for_this_process()
    layout = Layout(made)
    account.own_directory(layout.sockets)
    program = postgres_programs() / "bin" / "postgres"
    leftover = subprocess.Popen(
        [program, "-D", layout.postgres, "-k", layout.sockets, "-c", "listen_addresses="],
        user=account.change_uid,
        group=account.change_gid,
        extra_groups=account.change_groups,
        cwd=layout.postgres,
        stderr=subprocess.DEVNULL,
    )
    assert eventually(lambda: _answers(layout.urls().admin))
    with EmbeddedServers(made) as servers:
        assert leftover.wait(1) == 0, "it was asked to end, not killed"
        assert servers.pids["PostgreSQL"] != leftover.pid
        assert read(servers.urls) == ["kept"]


@pytest.mark.faults
def test_a_pid_that_now_belongs_to_another_process_is_no_obstacle(made):
    with EmbeddedServers(made):
        pass
    account = ServerAccount.for_this_process()
    stranger = subprocess.Popen(["/bin/sleep", "600"], user=account.change_uid, cwd="/")
    try:
        words = f"{stranger.pid}\n{made / 'postgres'}\n1700000000\n5432\n{made / 'run'}\n\n\nready\n"
        for lock in (made / "postgres" / "postmaster.pid", made / "run" / ".s.PGSQL.5432.lock"):
            lock.write_text(words)
        with EmbeddedServers(made) as servers:
            write(servers.urls, "started")
        assert stranger.poll() is None, "the stranger is left alone"
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.faults
@pytest.mark.parametrize("name", ["PostgreSQL", "Redis"])
def test_a_server_that_dies_is_started_again(made, name):
    with EmbeddedServers(made) as servers:
        write(servers.urls, "kept")
        assert servers.restart_dead() == ()
        before = servers.pids
        psutil.Process(before[name]).kill()
        assert eventually(lambda: servers.restart_dead() == (name,))
        assert {other for other, pid in servers.pids.items() if before[other] != pid} == {name}
        assert read(servers.urls) == ["kept"]


def test_a_second_run_on_the_same_directory_is_told_which_process_has_it(made):
    with Holder(made) as holder:
        with pytest.raises(AlreadyRunningError, match=rf"läuft in .* schon \(Prozess {holder.process.pid}\)"):
            EmbeddedServers(made).start()
        assert all(server.is_running() for server in holder.servers), "the first run goes on"


def test_two_directories_are_made_and_run_side_by_side(place):
    def run(number: int) -> list[str]:
        with EmbeddedServers(place / str(number), durable=False) as servers:
            write(servers.urls, str(number))
            return read(servers.urls)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [["0"], ["1"]]


def test_a_path_too_long_for_a_socket_gets_a_short_one(place, fill):
    var = place / ("sehr-langer-verzeichnisname-" * 4) / "var mit Leerzeichen & Umlaut ü"
    var.parent.mkdir()
    fill(var)
    assert len(os.fsencode(var)) > LONGEST_SOCKET_PATH
    with EmbeddedServers(var, durable=False) as servers:
        write(servers.urls, "reached")
        assert read(servers.urls) == ["reached"]
        sockets = servers.layout.sockets
        assert len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH
        assert not (sockets.stat().st_mode & 0o077)
    assert not sockets.exists()


def test_special_characters_in_the_path_reach_the_servers(place):
    with EmbeddedServers(place / "a b%20ü?&#", durable=False) as servers:
        write(servers.urls, "reached")
        assert key(servers.urls) == b"reached"


def test_an_interrupted_first_start_is_done_again(place):
    account = ServerAccount.for_this_process()
    account.let_through(place)
    half = place / "postgres.new"
    account.own_directory(half)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedServers(place, durable=False) as servers:
        write(servers.urls, "complete")
    assert not half.exists()


def test_data_of_another_version_is_not_touched(made):
    with EmbeddedServers(made, durable=False):
        pass
    (made / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        EmbeddedError, match=r"stammen von PostgreSQL 17, installiert ist PostgreSQL 18.*pg_dump"
    ):
        EmbeddedServers(made).start()


def test_a_directory_with_other_files_is_not_taken_for_a_database(place):
    account = ServerAccount.for_this_process()
    account.own_directory(place / "postgres")
    (place / "postgres" / "letter.txt").write_text("mine")
    with pytest.raises(EmbeddedError, match="enthält keine Datenbank"):
        EmbeddedServers(place).start()
    assert (place / "postgres" / "letter.txt").read_text() == "mine"


def test_a_file_in_the_place_of_the_directory_is_named(place):
    (place / "var").write_text("")
    with pytest.raises(EmbeddedError, match="var ist kein Verzeichnis"):
        EmbeddedServers(place / "var").start()


def test_a_failed_start_leaves_nothing_running_and_can_be_repeated(made):
    (made / "redis").write_text("in the way")
    servers = EmbeddedServers(made, durable=False)
    with pytest.raises(EmbeddedError, match="redis ist kein Verzeichnis"):
        servers.start()
    assert servers.pids == {}
    assert not _answers(servers.urls.admin)
    (made / "redis").unlink()
    with servers:
        assert _answers(servers.urls.admin)


def test_a_queue_file_that_cannot_be_read_is_put_aside(made):
    with EmbeddedServers(made) as servers:
        write(servers.urls, "x")
    file = made / "redis" / "appendonly.aof"
    file.write_bytes(b"*9\r\nnonsense" + file.read_bytes())
    with EmbeddedServers(made) as servers:
        assert key(servers.urls) is None
        assert read(servers.urls) == ["x"], "the database is another matter"
    assert [path.suffix for path in (made / "redis").glob("*.damaged")] == [".damaged"]


def test_a_server_that_ends_at_its_start_shows_its_last_words(made):
    with EmbeddedServers(made, durable=False):
        pass
    with (made / "postgres" / "postgresql.conf").open("a") as configuration:
        configuration.write("work_mem = 'lots'\n")
    with pytest.raises(EmbeddedError, match=r"(?s)PostgreSQL ist beim Start beendet worden.*work_mem"):
        EmbeddedServers(made).start()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(conninfo(url)).close()
    except psycopg.OperationalError:
        return False
    return True


def test_the_layout_follows_from_the_directory_alone():
    assert Layout(Path("/srv/kimhub/var")).urls() == Layout(Path("/srv/kimhub/var")).urls()
    assert (
        Layout(Path("/srv/kimhub/var"))
        .urls("other")
        .app.startswith("postgresql+psycopg://kimhub_app@/other?")
    )
