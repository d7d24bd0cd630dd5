"""How far a job is, for its own tenant; and the figures over all tenants that operation needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text
from sqlalchemy.orm import Session

from kimhub.core.jobs.models import OPEN, Job, JobState, Lane


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as a page, the command line and the API show it."""

    id: UUID
    kind: str
    state: JobState
    stage: str
    done: int | None
    total: int | None
    attempts: int
    last_error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it still makes sense to ask again."""
        return self.state in OPEN

    @property
    def label(self) -> str:
        """Return the state, or the stage while it runs, as people read it."""
        if self.state is JobState.RUNNING and self.stage:
            return self.stage
        if self.state is JobState.WAITING and self.attempts:
            return "wird erneut versucht"
        return self.state.label

    @property
    def percent(self) -> int | None:
        """Return how much of the present stage is done, 0 to 100; None where that cannot be counted."""
        if self.state is JobState.DONE:
            return 100
        if self.done is None or not self.total:
            return None
        return self.done * 100 // self.total


_STATUS = select(
    Job.id, Job.kind, Job.state, Job.stage, Job.done, Job.total, Job.attempts, Job.last_error, Job.created_at,
    Job.started_at, Job.finished_at,
).where(Job.id == bindparam("job"))  # fmt: skip


def job_status(session: Session, job_id: UUID) -> JobStatus | None:
    """Return how far the job is; None if there is none (any more: finished ones are kept for 30 days)."""
    row = session.execute(_STATUS, {"job": job_id}).mappings().one_or_none()
    return JobStatus(**{**row, "state": JobState(row["state"])}) if row else None


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """The state of one lane, over all tenants."""

    lane: Lane
    due: int
    """Jobs that could be running and are not yet: the depth of the outbox."""
    running: int
    parked: int
    lag_seconds: float
    """For how long the oldest of `due` could have been running."""


_FIGURES = text("SELECT lane, due, running, parked, lag_seconds FROM app.job_figures()")


def job_figures(connection: Connection | Session) -> list[LaneFigures]:
    """Return the figures of each lane. Any role of KIMHub may ask, also while nobody is bound."""
    found = {row["lane"]: row for row in connection.execute(_FIGURES).mappings()}
    return [
        LaneFigures(**{**found[lane], "lane": lane}) if lane in found else LaneFigures(lane, 0, 0, 0, 0.0)
        for lane in Lane
    ]
