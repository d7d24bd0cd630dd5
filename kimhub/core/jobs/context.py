"""What a job's handler is given beside its actor and payload."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core.jobs.claims import Claim, finish
from tenants import transaction


class Signs(Protocol):
    """A running job's signs of life (`kimhub.core.jobs.pulse.Pulse`)."""

    def report(self, stage: str, done: int | None, total: int | None) -> None:
        """Write progress."""

    def rest(self) -> None:
        """Give no more signs: the job is about to be finished or given back."""


class JobContext:
    """The handler's view of its job.

    A handler that reads a file, draws or talks to another server does so outside of any transaction: what it needs it
    takes in `reading`, what it has made it writes in `completing`. Within a transaction that waits meanwhile, the
    database would end its connection after a minute.
    """

    def __init__(self, held: Claim, signs: Signs) -> None:
        self._held, self._signs = held, signs
        self.job_id: UUID = held.job_id
        """Results carry it, unique: that is what makes "once" visible."""
        self.attempt: int = held.attempt
        """1 for the first."""
        self.is_complete = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a transaction of the actor that writes nothing."""
        with transaction(self._held.actor, read_only=True) as session:
            yield session

    @contextmanager
    def completing(self) -> Iterator[Session]:
        """Yield the transaction that completes the job at its end; every handler has exactly one.

        The handler neither commits nor rolls back. Raises `LeaseLostError` at the end where the job is in other hands
        by now; then nothing of it stands.
        """
        if self.is_complete:
            raise RuntimeError(f"{self._held.kind.name} completes its job twice")
        with transaction(self._held.actor) as session:
            yield session
            self._signs.rest()
            finish(session, self._held)
        self.is_complete = True

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Say in German what is being done („Tabellen setzen“), and `done` of `total` if that can be counted.

        Seen by others at once, on a connection of its own. Names no person. Raises `LeaseLostError` when the job
        is in other hands by now.
        """
        self._signs.report(stage, done, total)
