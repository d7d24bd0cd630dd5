"""Holding a job: claimed by one worker at a time, renewed while it lives, given back or finished.

Each claim gets a higher number, the fence. Every later statement names it, so whoever was stopped, cut off or
too slow finds no row to write to. Times are the database's; a worker's clock decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Connection,
    CursorResult,
    Integer,
    Row,
    Table,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from kimhub.core.jobs.errors import Failure, LeaseLostError
from kimhub.core.jobs.models import Job, JobState
from kimhub.core.jobs.registry import JobKind, kind_named
from tenants import (
    NOBODY,
    Actor,
    ActorKind,
    Permission,
    Tenant,
    TenantKind,
    system_actor,
    traits_of,
    transaction,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of this worker."""

    job_id: UUID
    kind: JobKind
    fence: int
    attempt: int
    payload: dict[str, Any]
    actor: Actor
    """Who asked, with the permissions of then; the platform where nobody did."""


_table = cast("Table", Job.__table__)
_job = _table.c
_clock = func.clock_timestamp


def _after(seconds: str) -> Any:
    return _clock() + func.make_interval(0, 0, 0, 0, 0, 0, bindparam(seconds))


_this = and_(_job.tenant_id == bindparam("tenant"), _job.id == bindparam("job"))
_held = and_(_this, _job.fence == bindparam("held_fence"), _job.state == JobState.RUNNING)

_TENANT = select(
    Tenant.id,
    Tenant.slug,
    Tenant.official_name,
    Tenant.kind,
    Tenant.is_grant_recipient,
    Tenant.has_auslaenderbehoerde,
).where(Tenant.id == bindparam("tenant"))
_KIND = select(_job.kind).where(_this)
_CLAIM = (
    update(_table)
    .where(
        _this,
        _job.attempts < _job.max_attempts,
        # One that runs and whose lease has ended is the relay's, which counts the loss of its worker.
        or_(
            _job.state == JobState.DISPATCHED,
            and_(_job.state == JobState.WAITING, _job.run_at <= _clock()),
        ),
    )
    .values(
        state=JobState.RUNNING, attempts=_job.attempts + 1, fence=_job.fence + 1, run_at=_after("lease"),
        started_at=_clock(), stage="", done=None, total=None,
    )
    .returning(
        _job.fence, _job.attempts, _job.payload, _job.actor_kind, _job.actor_label, _job.created_by,
        _job.permissions, _job.request_id,
    )
)  # fmt: skip
_RENEW = update(_table).where(_held).values(run_at=_after("lease"))
_PROGRESS = (
    update(_table)
    .where(_held)
    .values(stage=bindparam("new_stage"), done=bindparam("new_done"), total=bindparam("new_total"))
)
_FINISH = update(_table).where(_held).values(state=JobState.DONE, finished_at=_clock(), last_error=None)
_losses = _job.losses + bindparam("lost", type_=Integer)
_given_up = or_(bindparam("final"), _job.attempts >= _job.max_attempts, _losses >= _job.max_losses)
_FAIL = (
    update(_table)
    .where(_held)
    .values(
        state=case((_given_up, JobState.PARKED), else_=JobState.WAITING),
        losses=_losses,
        finished_at=case((_given_up, _clock())),
        due_at=_after("wait"),
        run_at=_after("wait"),
        last_error=bindparam("error"),
    )
    .returning(_job.state)
)


def claim(job_id: UUID, tenant_id: int) -> Claim | None:
    """Take the job for this worker, or return None: it is done, not due, in other hands, or not there at all.

    None as well where this release does not know the kind (a newer web process asked for it): the relay wakes
    a worker for it again.
    """
    with transaction(NOBODY, read_only=True) as session:
        tenant = session.execute(_TENANT, {"tenant": tenant_id}).one_or_none()
    if tenant is None:
        return None
    platform = _platform(tenant)
    with transaction(platform) as session:
        name = session.scalar(_KIND, {"tenant": tenant_id, "job": job_id})
        try:
            kind = kind_named(name or "")
        except LookupError:
            return None
        row = session.execute(_CLAIM, {"tenant": tenant_id, "job": job_id, "lease": kind.lease}).one_or_none()
    if row is None:
        return None
    return Claim(job_id, kind, row.fence, row.attempts, row.payload, _on_behalf(platform, row))


def renew(connection: Connection, held: Claim) -> None:
    """Extend the lease from now. Raises `LeaseLostError` where it is in other hands."""
    _hold(connection.execute(_RENEW, {**_named(held), "lease": held.kind.lease}))


def report_progress(
    connection: Connection, held: Claim, stage: str, done: int | None, total: int | None
) -> None:
    """Say how far the job is. Raises `LeaseLostError` where it is in other hands."""
    values = {"new_stage": stage, "new_done": done, "new_total": total}
    _hold(connection.execute(_PROGRESS, {**_named(held), **values}))


def finish(session: Session, held: Claim) -> None:
    """Complete the job in the transaction that holds its result. Raises `LeaseLostError`; then neither stands."""
    _hold(session.execute(_FINISH, _named(held)))


def give_back(connection: Connection | Session, held: Claim, failure: Failure) -> JobState:
    """Record a failed attempt and return what becomes of the job: tried again later, or parked.

    Raises `LeaseLostError` where it is in other hands.
    """
    values = {
        "final": failure.final,
        "lost": int(failure.lost),
        "error": failure.code,
        "wait": held.kind.wait_after(held.attempt),
    }
    state: str | None = connection.execute(_FAIL, {**_named(held), **values}).scalar_one_or_none()
    if state is None:
        raise LeaseLostError
    return JobState(state)


def _named(held: Claim) -> dict[str, Any]:
    return {"tenant": held.actor.tenant_id, "job": held.job_id, "held_fence": held.fence}


def _hold(result: object) -> None:
    if cast("CursorResult[Any]", result).rowcount != 1:
        raise LeaseLostError


def _platform(tenant: Row[int, str, str, str, bool, bool]) -> Actor:
    return system_actor(
        tenant_id=tenant.id,
        tenant_slug=tenant.slug,
        tenant_name=tenant.official_name,
        tenant_kind=TenantKind(tenant.kind),
        tenant_traits=traits_of(tenant),
    )


def _on_behalf(platform: Actor, row: Row[Any]) -> Actor:
    """Return the platform's actor for periodic work, otherwise whoever asked with the permissions of then."""
    kind = ActorKind(row.actor_kind)
    if kind is ActorKind.SYSTEM:
        return replace(platform, request_id=row.request_id)
    return replace(
        platform,
        kind=kind,
        subject=row.created_by,
        label=row.actor_label,
        permissions=frozenset(known for known in Permission if known in row.permissions),
        request_id=row.request_id,
    )
