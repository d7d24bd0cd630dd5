"""A signal that asks the process to end: an exception in its main thread at a moment that suits, or a wish."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(KeyboardInterrupt):
    """The signal has come. `status` is what the process ends with, as the shell counts: 128 and the signal's number.

    A class of its own: once a plain KeyboardInterrupt has passed through code that was compiled from a string, as in
    every dataclass, ``python -m`` ends by SIGINT, whatever status the program chooses afterwards.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


class WishToEnd:
    """That somebody asked this process to end: set by signals, waited for by whoever works in rounds.

    Not a `threading.Event`: that has a lock, which the main thread holds for moments while it waits, and a handler runs
    in that very thread. Two signals close together, and the process waits for itself for ever.
    """

    def __init__(self) -> None:
        self._asked = False
        self._hears, self._says = os.pipe()
        os.set_blocking(self._says, False)

    def set(self, *_signal: object) -> None:
        """Ask it to end; a handler for `signal.signal`, too."""
        self._asked = True
        with suppress(BlockingIOError):  # so many have asked that nobody can fail to hear it
            os.write(self._says, b"!")

    def is_set(self) -> bool:
        """Tell whether somebody has asked."""
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Return whether somebody has asked, at once or within so many seconds."""
        if not self._asked:
            select.select([self._hears], [], [], seconds)
        return self._asked


@dataclass
class _Holding:
    depth: int = 0
    number: int | None = None


_holding = _Holding()


def interrupt(number: int, _frame: FrameType | None = None) -> None:
    """Raise `Interrupted`, at once or when `undisturbed` ends: a handler for `signal.signal`."""
    if not _holding.depth:
        raise Interrupted(number)
    _holding.number = number


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep `interrupt` from raising inside the block, so that whatever is begun there is also noted."""
    if threading.current_thread() is not threading.main_thread():
        yield  # handlers run in the main thread only
        return
    _holding.depth += 1
    try:
        yield
    finally:
        _holding.depth -= 1
    if not _holding.depth and (number := _holding.number) is not None:
        _holding.number = None
        raise Interrupted(number)
