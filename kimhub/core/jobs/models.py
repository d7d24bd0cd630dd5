"""Jobs, and the clock of periodic work."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from tenants import ActorKind, Base, Own, RoleAccess, Sealed, TenantOwned
from tenants.calls import may_call
from tenants.isolation import APP_ROLE, GATE_ROLE, RELAY_ROLE
from tenants.models import one_of


class Lane(StrEnum):
    """Which workers do a job, so that short work never waits behind long work."""

    SHORT = "short"
    """Mails, deliveries, small periodic work: done within moments."""
    LONG = "long"
    """Reports, imports, whatever reads people's files or draws: may take minutes."""

    @property
    def label(self) -> str:
        """Return how the terminal names the lane."""
        return "kurze" if self is Lane.SHORT else "lange"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    """Not begun, or to be tried again at its due time."""
    DISPATCHED = "dispatched"
    """A worker has been woken for it; the relay wakes another if none comes in time."""
    RUNNING = "running"
    """A worker holds it, until its lease ends or is renewed."""
    DONE = "done"
    PARKED = "parked"
    """Given up after the last attempt; an operator retries or drops it."""
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Return how pages and terminal name the state."""
        return _LABELS[self]


_LABELS = {
    JobState.WAITING: "wartet",
    JobState.DISPATCHED: "wartet",
    JobState.RUNNING: "läuft",
    JobState.DONE: "fertig",
    JobState.PARKED: "fehlgeschlagen",
    JobState.DROPPED: "verworfen",
}

OPEN = (JobState.WAITING, JobState.DISPATCHED, JobState.RUNNING)
FINISHED = (JobState.DONE, JobState.DROPPED)
IS_OPEN = one_of("state", OPEN)
IS_DUE = one_of("state", (JobState.WAITING, JobState.DISPATCHED))
"""With a `run_at` that has come: a worker may be woken for it."""
IN_FLIGHT = one_of("state", (JobState.DISPATCHED, JobState.RUNNING))
"""With a `run_at` still to come: a worker has it or has been woken for it."""

_RELAY_MAKES = (
    "tenant_id", "id", "kind", "lane", "payload", "dedup_key", "state", "due_at", "run_at", "max_attempts",
    "max_losses", "actor_kind", "actor_label", "permissions", "request_id",
)  # fmt: skip
_RELAY_SEES = (
    "tenant_id", "id", "kind", "lane", "dedup_key", "state", "due_at", "run_at", "attempts", "max_attempts", "losses",
    "max_losses", "dispatches", "last_error", "request_id", "created_at", "started_at", "finished_at",
)  # fmt: skip


class Job(TenantOwned, Base):
    """A piece of background work: what kind, for which rows, on whose behalf, and how far it is.

    `payload` holds ids and codes, never content and never personal data. `permissions` is what the person who
    asked was allowed then; the work is done with these rights and no others. Only the database's time counts.
    """

    __tablename__ = "job"
    __isolation__ = Own(
        # What a job does is recorded on the rows it changes; its own row only says how far the machinery is.
        audited=False,
        updatable=(
            "state", "due_at", "run_at", "attempts", "losses", "fence", "stage", "done", "total", "last_error",
            "started_at", "finished_at",
        ),
        others=(
            RoleAccess(
                role=RELAY_ROLE,
                reason="hands due jobs of all tenants to the queue, and the operator's list: never the payload",
                select=_RELAY_SEES,
                update=(
                    "state", "due_at", "run_at", "attempts", "losses", "dispatches", "last_error", "finished_at",
                ),
            ),
            RoleAccess(
                role=RELAY_ROLE,
                reason="begins periodic work of a tenant, in the platform's name and without a payload",
                insert=_RELAY_MAKES,
                condition="actor_kind = 'system' AND payload = '{}'::jsonb",
            ),
            RoleAccess(
                role=RELAY_ROLE,
                reason="clears finished jobs away",
                delete=True,
                condition=one_of("state", FINISHED),
            ),
            RoleAccess(
                role=GATE_ROLE,
                reason="counts for the operator's metrics",
                select=("tenant_id", "lane", "state", "due_at", "run_at", "finished_at"),
            ),
            RoleAccess(
                role=GATE_ROLE,
                reason="has a mail delivered that it wrote itself",
                insert=(
                    "tenant_id", "id", "kind", "lane", "payload", "max_attempts", "max_losses", "actor_kind",
                    "actor_label", "permissions",
                ),
                condition="kind = 'mail.deliver' AND actor_kind = 'system'",
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint(one_of("state", JobState), name="state"),
        CheckConstraint(one_of("actor_kind", ActorKind), name="actor_kind"),
        CheckConstraint(one_of("lane", Lane), name="lane"),
        CheckConstraint("attempts BETWEEN 0 AND max_attempts", name="attempts"),
        CheckConstraint("losses BETWEEN 0 AND attempts", name="losses"),
        CheckConstraint(f"(finished_at IS NULL) = ({IS_OPEN})", name="finished"),
        CheckConstraint("done IS NULL OR (done >= 0 AND total >= done)", name="progress"),
        Index(
            "uq_job_open_dedup_key",
            "tenant_id",
            "kind",
            "dedup_key",
            unique=True,
            postgresql_where=text(IS_OPEN),
        ),
        Index(
            "ix_job_due",
            "lane",
            "tenant_id",
            "run_at",
            postgresql_where=text(IS_DUE),
            info={"crosses_tenants": "the relay looks for the oldest due job of each tenant"},
        ),
        Index(
            "ix_job_in_flight",
            "lane",
            "tenant_id",
            postgresql_where=text(IN_FLIGHT),
            info={"crosses_tenants": "the relay counts what each tenant has in hand, and finds lost workers"},
        ),
        Index(
            "ix_job_turn",
            "lane",
            "tenant_id",
            "started_at",
            postgresql_where=text("started_at IS NOT NULL"),
            info={"crosses_tenants": "the relay asks when each tenant had its last turn"},
        ),
        Index(
            "ix_job_finished",
            "state",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL"),
            info={"crosses_tenants": "the relay clears finished jobs of all tenants away"},
        ),
    )

    kind: Mapped[str]
    lane: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedup_key: Mapped[str | None]
    """While a job of this kind and key is open, asking for it again gives the same job."""
    state: Mapped[str] = mapped_column(server_default=JobState.WAITING)
    due_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    """From when on it may be done; later after a failed attempt."""
    run_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    """When the relay looks at it next: the due time, the end of the hand-over, or the end of the lease."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    max_attempts: Mapped[int]
    losses: Mapped[int] = mapped_column(server_default="0")
    """Attempts that ended with the loss of their worker: killed, beyond a limit, gone."""
    max_losses: Mapped[int]
    fence: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """Counts claims; whoever holds an older number can write nothing any more."""
    dispatches: Mapped[int] = mapped_column(server_default="0")
    stage: Mapped[str] = mapped_column(server_default="")
    """What is being done now, as people read it."""
    done: Mapped[int | None]
    total: Mapped[int | None]
    last_error: Mapped[str | None]
    """A code such as ``not-found``; never a message, which could name a person."""
    actor_kind: Mapped[str]
    actor_label: Mapped[str]
    created_by: Mapped[UUID | None]
    """The account or client that asked; None for the platform."""
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    request_id: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobTick(Base):
    """When each periodic task was last begun. One row per task; whoever moves it on begins the task."""

    __tablename__ = "job_tick"
    __isolation__ = Sealed(
        reason="the platform's clock, nobody's data",
        audited=False,
        others=(
            RoleAccess(
                role=RELAY_ROLE,
                reason="begins periodic work",
                select=("task", "ticked_at"),
                insert=("task",),
                update=("ticked_at",),
            ),
        ),
    )

    task: Mapped[str] = mapped_column(primary_key=True)
    ticked_at: Mapped[datetime] = mapped_column(server_default=text("to_timestamp(0)"))


may_call(APP_ROLE, "/metrics", "app.job_figures()")
may_call(RELAY_ROLE, "kimhub jobs list", "app.job_figures()")
