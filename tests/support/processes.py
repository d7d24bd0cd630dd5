"""Looking at processes and ending them, which any of them may forestall by ending between the look and the signal."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol

import psutil


class Killable(Protocol):
    """What `psutil`, `subprocess` and `multiprocessing` call a process."""

    def kill(self) -> None: ...


def lives(process: psutil.Process) -> bool:
    """Whether it runs; a zombie only waits for its parent to take notice."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def gone(processes: Iterable[psutil.Process]) -> bool:
    return not any(lives(process) for process in processes)


def descendants(pid: int | None) -> list[psutil.Process]:
    """What the process has started, directly and through others; empty when it is gone."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def command_of(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess):
        return " ".join(process.cmdline())
    return ""


def kill(*victims: Killable) -> None:
    """As the kernel does when memory runs out."""
    for victim in victims:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            victim.kill()


def kill_at_once(victims: list[psutil.Process]) -> None:
    """As a power failure would, but for the disk's cache: no process gets a chance to say a word."""
    for victim in victims:
        with suppress(psutil.NoSuchProcess):
            victim.suspend()
    kill(*victims)
    psutil.wait_procs(victims, timeout=10)
