"""Doing jobs in the test's own transaction, without relay, queue or worker."""

from __future__ import annotations

from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kimhub.core.jobs.claims import claim
from kimhub.core.jobs.queries import JobStatus, job_status
from kimhub.core.jobs.working import attempt
from tenants import Actor, transaction

_DUE = text(
    "SELECT id FROM job WHERE tenant_id = :tenant AND state = 'waiting' AND run_at <= clock_timestamp()"
    " ORDER BY created_at, due_at, id"
)


class Recorder:
    """Stands where the signs of life would be; keeps what was reported."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None, int | None]] = []

    def report(self, stage: str, done: int | None, total: int | None) -> None:
        self.stages.append((stage, done, total))

    def rest(self) -> None:
        pass


class Unfenced(Recorder):
    """Stands where a job's context would be, without a job: nothing keeps two from doing the same."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor

    def reading(self) -> AbstractContextManager[Session]:
        return transaction(self._actor, read_only=True)

    def completing(self) -> AbstractContextManager[Session]:
        return transaction(self._actor)

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        self.report(stage, done, total)


def do_jobs(actor: Actor, recorder: Recorder | None = None) -> list[JobStatus]:
    """Do what is due for the actor's tenant, including what that brings about; return where each job stands.

    For tests with the fixture `ctx`, outside of `transaction`. A failed attempt is not repeated: it waits.
    """
    done: list[UUID] = []
    while True:
        with transaction(actor) as session:
            due = session.scalars(_DUE, {"tenant": actor.tenant_id}).all()
        if not due:
            break
        for job_id in due:
            held = claim(job_id, actor.tenant_id)
            assert held is not None, "due, and nobody else is there to take it"
            attempt(held, recorder or Recorder())
            done.append(job_id)
    with transaction(actor, read_only=True) as session:
        return [status for job_id in done if (status := job_status(session, job_id))]
