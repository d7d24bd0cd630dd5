"""Where a run keeps its files: in memory, where the machine has room for that.

A database is a thousand files. To copy one costs half a second of CPU on a disk, a tenth of that in memory, and a run
makes XX
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.util import Finalize
from pathlib import Path

import psutil

MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes that must be free in it, and as memory at all: the server's log may take one GiB, and 0.3 were seen with all of
tests/architecture in two workers; the rest is for others.
"""
_PREFIX = "kimhub-tests-"
_LIMIT = Path("/sys/fs/cgroup/memory.max")
"""What a container may use, in which the machine's memory says nothing."""
_HELD = "held"


@contextmanager
def files_in_memory(memory: Path = MEMORY, room: int = ROOM) -> Iterator[Path | None]:
    """Let this process, and those that it starts, make their temporary files in memory; None where there is no room."""
    _remove_left_over(memory)
    if not _has_room(memory, room):
        yield None
        return
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    making = Path(tempfile.mkdtemp(prefix="kimhub-making-", dir=memory))
    making.chmod(0o711)  # servers under accounts of their own pass, as through /tmp, and list nothing
    with (making / _HELD).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        # Others look for this name, and from its first moment on it is held.
        place = making.rename(memory / making.name.replace("kimhub-making-", _PREFIX))
        tempfile.tempdir = os.environ["TMPDIR"] = str(place)
        try:
            yield place
        finally:
            tempfile.tempdir = before[0]
            os.environ.pop("TMPDIR")
            if before[1] is not None:
                os.environ["TMPDIR"] = before[1]
            _remove_at_exit(place)


def _remove_at_exit(place: Path) -> None:
    """Remove it when this process ends, after multiprocessing has removed what it has there (priority -100)."""
    Finalize(None, shutil.rmtree, args=(place,), kwargs={"ignore_errors": True}, exitpriority=-200)


def _has_room(memory: Path, room: int) -> bool:
    """Whether files can be made, and programs among them run, without another process going short of memory."""
    try:
        found = os.statvfs(memory)
    except OSError:
        return False
    usable = os.access(memory, os.W_OK) and not found.f_flag & os.ST_NOEXEC
    return usable and min(found.f_bavail * found.f_frsize, _memory()) >= room


def _memory() -> float:
    """Return how much memory this process and its children may still take."""
    limit = _LIMIT.read_text(encoding="ascii").strip() if _LIMIT.exists() else "max"
    return min(psutil.virtual_memory().available, float("inf") if limit == "max" else int(limit))


def _remove_left_over(memory: Path) -> None:
    for place in memory.glob(f"{_PREFIX}*"):
        try:
            with (place / _HELD).open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(place, ignore_errors=True)
        except OSError:  # of a run that goes on, or somebody else's
            continue
