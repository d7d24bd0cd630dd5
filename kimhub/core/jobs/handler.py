"""What does a job, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from tenants import Actor


class JobContext(Protocol):
    """The handler's view of its job.

    A handler that reads a file, draws or talks to another server does so outside of any transaction: what it needs it
    takes in `reading`, what it has made it writes in `completing`. Within a transaction that waits meanwhile, the
    database would end its connection after a minute.
    """

    job_id: UUID
    """Results carry it, unique: that is what makes "once" visible."""
    attempt: int
    """1 for the first."""

    def reading(self) -> AbstractContextManager[Session]:
        """Give a transaction of the actor that writes nothing."""

    def completing(self) -> AbstractContextManager[Session]:
        """Give the transaction that completes the job at its end; every handler has exactly one.

        The handler neither commits nor rolls back. Raises `LeaseLostError` at the end where the job is in other hands
        by now; then nothing of it stands.
        """

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Say in German what is being done („Tabellen setzen“), and `done` of `total` if that can be counted.

        Seen by others at once, on a connection of its own. Names no person. Raises `LeaseLostError` when the job
        is in other hands by now.
        """


Handler = Callable[[Actor, dict[str, Any], JobContext], None]
"""Does the work for the actor with the payload; what it writes in `completing` stands together with the completion."""
