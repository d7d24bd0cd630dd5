"""Progress of a command on the terminal: one bar per stage, on standard error, silent where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function ``(stage, done, total)`` that draws; a new stage ends the bar before it."""
    advance: dict[str, Callable[[int], None]] = {}
    shown: dict[str, int] = {}
    with ExitStack() as open_bar:

        def report(stage: str, done: int, total: int) -> None:
            if stage not in advance:
                open_bar.close()
                bar = click.progressbar(length=total, label=stage, file=sys.stderr, hidden=total == 0)
                advance[stage] = open_bar.enter_context(bar).update
            advance[stage](done - shown.get(stage, 0))
            shown[stage] = done

        yield report
