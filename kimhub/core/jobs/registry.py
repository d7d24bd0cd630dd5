"""The kinds of jobs there are: each a function in a feature's ``jobs.py``, declared with `@job`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from kimhub.core.jobs.handler import Handler
from kimhub.core.jobs.models import Lane

LEASE_SECONDS = 30.0
TIME_LIMIT_SECONDS = 600.0
MAX_ATTEMPTS = 5
LOSSES_BY_FILES = 2
MOST_LOSSES = 8
FIRST_WAIT_SECONDS = 10.0
_WAIT_FACTOR = 4
_LONGEST_WAIT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class JobKind:
    """How jobs of one kind are done. All times are in seconds."""

    name: str
    handler: Handler
    lane: Lane
    lease: float = LEASE_SECONDS
    """How long after a sign of life a worker counts as alive; renewed every third of it."""
    max_attempts: int = MAX_ATTEMPTS
    first_wait: float = FIRST_WAIT_SECONDS
    """Before the second attempt; each further wait is four times as long, an hour at most."""
    time_limit: float = TIME_LIMIT_SECONDS
    """After which one attempt is ended, whatever it is doing."""
    reads_files: bool = False
    """Whether it works on what people have uploaded: then each failure that the file brings about is the last."""

    @property
    def max_losses(self) -> int:
        """Return after how many lost workers it is parked: a file that has cost two costs each further one, too."""
        return LOSSES_BY_FILES if self.reads_files else min(self.max_attempts, MOST_LOSSES)

    def wait_after(self, attempt: int) -> float:
        """Return how long to wait after the failed attempt number `attempt` (from 1)."""
        return min(self.first_wait * float(_WAIT_FACTOR) ** (attempt - 1), _LONGEST_WAIT_SECONDS)


_KINDS: dict[str, JobKind] = {}
_MODULES = {"kimhub.core.mail.jobs": None}
"""Where handlers are declared, in this order: those of the core, and those that the application names."""


def job(
    name: str,
    *,
    lane: Lane,
    lease: float = LEASE_SECONDS,
    max_attempts: int = MAX_ATTEMPTS,
    first_wait: float = FIRST_WAIT_SECONDS,
    time_limit: float = TIME_LIMIT_SECONDS,
    reads_files: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare the decorated function as the handler of jobs of the kind `name` (``feature.verb``).

    `lane`: LONG for whatever reads people's files, draws, or may take longer than moments. `reads_files`: parked at its
    first failure that is no accident of the database or the network, and at the second lost worker.
    Raises ValueError when two functions claim one name.
    """

    def declare(handler: Handler) -> Handler:
        if name in _KINDS:
            raise ValueError(f"two handlers for jobs of kind {name}")
        _KINDS[name] = JobKind(name, handler, lane, lease, max_attempts, first_wait, time_limit, reads_files)
        return handler

    return declare


def handlers_in(*modules: str) -> None:
    """Say where further handlers are declared. What is there of it is imported when a kind is first asked for."""
    _MODULES.update(dict.fromkeys(modules))


def load_kinds() -> dict[str, JobKind]:
    """Import every module that declares handlers and return all kinds by name."""
    for module in _MODULES:
        if find_spec(module):
            import_module(module)
    return dict(_KINDS)


def kind_named(name: str) -> JobKind:
    """Return the kind `name`. Raises LookupError when nobody handles it: a programming error."""
    kind = _KINDS.get(name) or load_kinds().get(name)
    if kind is None:
        raise LookupError(f"no handler for jobs of kind {name}")
    return kind
