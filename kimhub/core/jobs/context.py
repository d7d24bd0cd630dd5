"""What a job's handler is given beside its actor and payload."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

Report = Callable[[str, int | None, int | None], None]


@dataclass(frozen=True, slots=True)
class JobContext:
    """The handler's view of its job."""

    job_id: UUID
    """Results carry it, unique: that is what makes "once" visible."""
    attempt: int
    """1 for the first."""
    session: Session
    """The transaction that also completes the job; the handler neither commits nor rolls back."""
    report: Report = field(repr=False)

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Say in German what is being done („Tabellen setzen“), and `done` of `total` if that can be counted.

        Seen by others at once, on a connection of its own. Names no person. Raises `LeaseLostError` when the job
        is in other hands by now.
        """
        self.report(stage, done, total)
