"""Servers of a run that was killed may still be alive. The next run ends them before it starts its own."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def stop_leftovers(directory: Path, program: str, *, end_signal: signal.Signals, seconds: float = 30) -> int:
    """End processes of that program working in `directory`, by force after `seconds`. Return how many.

    The caller holds the lock of the directory, so nobody who is still alive needs them.
    """
    import psutil  # noqa: PLC0415 — comes with the extra `embedded`; production imports this module without it

    leftovers = [
        process for process in psutil.process_iter() if _works_in(process, directory.resolve(), program)
    ]
    for process in leftovers:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(end_signal)
    _, alive = psutil.wait_procs(leftovers, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)
    return len(leftovers)


def _works_in(process: psutil.Process, directory: Path, program: str) -> bool:
    import psutil  # noqa: PLC0415 — as above

    try:
        return process.name() == program and Path(process.cwd()).resolve() == directory
    except (psutil.Error, OSError):
        return False  # gone meanwhile, or somebody else's
