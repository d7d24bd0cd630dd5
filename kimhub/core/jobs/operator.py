"""What an operator sees and does: parked jobs of all tenants, without their payload, as the relay's role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that was given up."""

    id: UUID
    tenant: str
    kind: str
    attempts: int
    last_error: str | None
    created_at: datetime
    finished_at: datetime
    request_id: str


class NewerJobError(Exception):
    """Meanwhile a newer job for the same thing is open; the parked one can only be dropped."""


_PARKED = text(
    """
    SELECT job.id, tenant.slug AS tenant, job.kind, job.attempts, job.last_error, job.created_at, job.finished_at,
      job.request_id
    FROM job JOIN tenant ON tenant.id = job.tenant_id
    WHERE job.state = 'parked' ORDER BY job.finished_at DESC, job.id LIMIT :most
    """
)
_RETRY = text(
    """
    UPDATE job SET state = 'waiting', attempts = 0, losses = 0, finished_at = NULL, due_at = clock_timestamp(),
      run_at = clock_timestamp()
    WHERE id = ANY(:ids) AND state = 'parked'
    """
)
_DROP = text(
    """
    UPDATE job SET state = 'dropped', finished_at = clock_timestamp() WHERE id = ANY(:ids) AND state = 'parked'
    """
)


def parked_jobs(connection: Connection) -> list[ParkedJob]:
    """Return the parked jobs given up last, newest first, 100 at most."""
    return [ParkedJob(**row) for row in connection.execute(_PARKED, {"most": MOST_SHOWN}).mappings()]


def retry_jobs(connection: Connection, ids: list[UUID]) -> int:
    """Let parked jobs begin anew and return how many did; others are left alone.

    Raises `NewerJobError` where a newer job for the same thing is open; then none of `ids` begins.
    """
    try:
        return connection.execute(_RETRY, {"ids": ids}).rowcount
    except IntegrityError as error:
        raise NewerJobError from error


def drop_jobs(connection: Connection, ids: list[UUID]) -> int:
    """Give parked jobs up for good and return how many; the rows stay for 30 days."""
    return connection.execute(_DROP, {"ids": ids}).rowcount
