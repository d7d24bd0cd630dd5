"""Starting and ending server processes so that none is ever left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kimhub.core.interruption import undisturbed
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.errors import EmbeddedError

LARGEST_LOG = 10 * 1024 * 1024
_PR_SET_PDEATHSIG = 1


def start_server(
    command: Sequence[str | Path],
    *,
    account: ServerAccount,
    directory: Path,
    log: Path,
    end_signal: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Start a server in its data directory, in a session of its own so that Ctrl-C does not reach it.

    On Linux the kernel sends it `end_signal` as soon as the thread that started it ends, however it ends.
    Its output is appended to `log`, which only the caller can read; a log beyond 10 MB becomes `.1`.
    """
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as output:
        log.chmod(0o600)
        return subprocess.Popen(  # noqa: S603 — the command is one of ours
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=directory,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            start_new_session=True,
            umask=0o077,
            preexec_fn=ends_with_parent(end_signal),  # noqa: PLW1509 — one system call, loaded before the fork
            user=account.change_uid,
            group=account.change_gid,
            extra_groups=account.change_groups,
        )


def run_tool(command: Sequence[str | Path], *, account: ServerAccount, directory: Path) -> None:
    """Run a helper program of a server to its end. Raises EmbeddedError with what it said if it fails.

    Whatever interrupts it ends the program with all that it has started.
    """
    with undisturbed():
        process = subprocess.Popen(  # noqa: S603 — the command is one of ours
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=directory,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            start_new_session=True,
            umask=0o077,
            preexec_fn=ends_with_parent(signal.SIGKILL),  # noqa: PLW1509 — as above
            user=account.change_uid,
            group=account.change_gid,
            extra_groups=account.change_groups,
        )
    with process:
        try:
            output, errors = process.communicate()
        except BaseException:
            end_session(process)
            raise
    if process.returncode != 0:
        raise EmbeddedError(f"{Path(command[0]).name} ist fehlgeschlagen: {(errors or output).strip()}")


def end_session(process: subprocess.Popen[Any]) -> None:
    """End at once whatever a process has started that began a session of its own, and itself."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until_ready(
    process: subprocess.Popen[bytes], ready: Callable[[], bool], *, seconds: float, name: str, log: Path
) -> None:
    """Wait until `ready` says so. Raises EmbeddedError with the end of the log if that does not come."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise EmbeddedError(f"{name} ist beim Start beendet worden. Aus {log}:\n{_end_of(log)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"{name} antwortet nach {seconds:.0f} Sekunden nicht. Aus {log}:\n{_end_of(log)}"
            )
        time.sleep(0.02)


def stop_server(process: subprocess.Popen[bytes], *, end_signal: signal.Signals, seconds: float = 30) -> None:
    """Ask the server to end and wait; one that does not end in time is killed (both recover from that)."""
    if process.poll() is None:
        process.send_signal(end_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ends_with_parent(end_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a new process calls before its program starts: the kernel then signals it when we are gone.

    Linux only (prctl(2), PR_SET_PDEATHSIG); None elsewhere. It holds for the thread that starts the process.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask_for_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)

    return ask_for_signal


def _end_of(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
