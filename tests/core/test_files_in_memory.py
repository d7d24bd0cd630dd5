"""Files of a test run lie in memory where there is room, and are gone after it, however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support import in_memory
from tests.support.in_memory import files_in_memory

RUN = """
import sys, tempfile, time
from multiprocessing.util import get_temp_dir
from pathlib import Path
from tests.support.in_memory import files_in_memory

with files_in_memory(Path(sys.argv[1]), room=0) as place:
    made = tempfile.mkdtemp()
    assert Path(made).parent == Path(get_temp_dir()).parent == place
    print(place, flush=True)
    time.sleep(float(sys.argv[2]))
"""


def a_run(memory: Path, *, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(memory), str(seconds)],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_a_run_leaves_nothing_in_memory_and_says_nothing(tmp_path):
    output, errors = a_run(tmp_path, seconds=0).communicate(timeout=60)
    assert Path(output.strip()).parent == tmp_path
    assert (errors, list(tmp_path.iterdir())) == ("", [])


def test_what_a_killed_run_left_the_next_one_removes_but_nothing_of_one_that_goes_on(tmp_path):
    killed, going_on = a_run(tmp_path, seconds=60), a_run(tmp_path, seconds=60)
    try:
        left, kept = (Path(run.stdout.readline().strip()) for run in (killed, going_on))
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert left.is_dir()
        a_run(tmp_path, seconds=0).communicate(timeout=60)
        assert list(tmp_path.iterdir()) == [kept]
    finally:
        going_on.kill()
        going_on.communicate()


def test_without_room_files_stay_where_they_were(tmp_path, monkeypatch):
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    container = tmp_path / "memory.max"
    container.write_text("1048576\n")
    for memory, room, limit in (
        (tmp_path, sys.maxsize, in_memory._LIMIT),
        (tmp_path, in_memory.ROOM, container),
        (tmp_path / "absent", 0, in_memory._LIMIT),
    ):
        monkeypatch.setattr(in_memory, "_LIMIT", limit)
        with files_in_memory(memory, room) as place:
            assert place is None
            assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before


def test_afterwards_files_are_made_where_they_were_before(tmp_path, monkeypatch):
    monkeypatch.setattr(in_memory, "_remove_at_exit", shutil.rmtree)
    before = tempfile.gettempdir(), os.environ.get("TMPDIR")
    with files_in_memory(tmp_path, room=0) as place:
        assert (tempfile.gettempdir(), os.environ["TMPDIR"]) == (str(place), str(place))
    assert (tempfile.gettempdir(), os.environ.get("TMPDIR")) == before
