"""The job that is under way, as its handler sees it."""

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


class RunningJob:
    """A claimed job with its signs of life; what it promises stands at `JobContext`."""

    def __init__(self, held: Claim, signs: Signs) -> None:
        self._held, self._signs = held, signs
        self.job_id: UUID = held.job_id
        self.attempt: int = held.attempt
        self.is_complete = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a transaction of the actor that writes nothing."""
        with transaction(self._held.actor, read_only=True) as session:
            yield session

    @contextmanager
    def completing(self) -> Iterator[Session]:
        """Yield the transaction that completes the job at its end."""
        if self.is_complete:
            raise RuntimeError(f"{self._held.kind.name} completes its job twice")
        with transaction(self._held.actor) as session:
            yield session
            self._signs.rest()
            finish(session, self._held)
        self.is_complete = True

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Say what is being done."""
        self._signs.report(stage, done, total)
