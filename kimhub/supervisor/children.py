"""Which processes make up a running KIMHub. In production, compose.yaml starts the same ones."""

from __future__ import annotations

import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Child:
    """One process to keep running: what follows `python -m`, and how long it may take to end."""

    name: str
    module: tuple[str, ...]
    seconds_to_stop: float
    listens: bool = False
    """Whether it is given the listening socket of the pages."""

    def command(self, socket_number: int) -> list[str]:
        """Return the command line; `socket_number` is the file descriptor of the listening socket."""
        bind = ("--bind", f"fd://{socket_number}") if self.listens else ()
        return [sys.executable, "-m", self.module[0], *bind, *self.module[1:]]


CHILDREN = (
    Child("web", ("gunicorn", "--config", "gunicorn.conf.py", "wsgi:application"), 35, listens=True),
    Child("relay", ("kimhub", "relay"), 10),
    Child("worker-short", ("kimhub", "worker", "--lane", "short"), 60),
    Child("worker-long", ("kimhub", "worker", "--lane", "long"), 60),
)
"""In the order of starting. They are stopped in the same order: first nobody comes in, then work is finished."""
