"""How a use case asks for background work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core.jobs.models import IS_OPEN, OPEN, Job
from kimhub.core.jobs.payload import Payload, stored
from kimhub.core.jobs.registry import kind_named
from tenants import Actor

_AT_ONCE = 1_000
"""Rows of one statement; each has some fourteen parameters, and PostgreSQL takes 65,535."""


def after_commit(
    session: Session,
    actor: Actor,
    kind: str,
    payload: Payload,
    *,
    dedup_key: str | None = None,
    due_at: datetime | None = None,
) -> UUID:
    """Have a job of `kind` done once this transaction is committed; return its id.

    The job works for `actor`'s tenant with the permissions that `actor` has now. `dedup_key`: while a job of the
    kind and key is open, that one is meant and its id returned; what has changed since it began to read must
    therefore be part of the key. `due_at`: not before then (default: at once).
    Raises LookupError for an unknown kind, ValueError for a payload that is more than ids and codes.
    """
    row = _row(actor, kind, payload, due_at)
    if dedup_key is None:
        session.execute(insert(Job).values(row))
        return cast("UUID", row["id"])
    unless_open = (
        insert(Job)
        .values({**row, "dedup_key": dedup_key})
        .on_conflict_do_nothing(index_elements=["tenant_id", "kind", "dedup_key"], index_where=text(IS_OPEN))
        .returning(Job.id)
    )
    open_one = select(Job.id).where(
        Job.tenant_id == actor.tenant_id, Job.kind == kind, Job.dedup_key == dedup_key, Job.state.in_(OPEN)
    )
    while True:  # the open one may be finished between the two statements; then ours goes in
        job_id = session.scalar(unless_open) or session.scalar(open_one)
        if job_id is not None:
            return job_id


def each_after_commit(session: Session, actor: Actor, kind: str, payloads: Sequence[Payload]) -> None:
    """Have a job of `kind` done for each payload once this transaction is committed: few statements for many jobs."""
    for start in range(0, len(payloads), _AT_ONCE):
        part = payloads[start : start + _AT_ONCE]
        session.execute(insert(Job).values([_row(actor, kind, payload) for payload in part]))


def _row(actor: Actor, kind: str, payload: Payload, due_at: datetime | None = None) -> dict[str, Any]:
    declared = kind_named(kind)
    due: datetime | ColumnElement[datetime] = due_at or func.clock_timestamp()
    return {
        "tenant_id": actor.tenant_id,
        "id": uuid4(),
        "kind": kind,
        "lane": declared.lane,
        "payload": stored(payload),
        "due_at": due,
        "run_at": due,
        "max_attempts": declared.max_attempts,
        "max_losses": declared.max_losses,
        "actor_kind": actor.kind,
        "actor_label": actor.label,
        "created_by": actor.subject,
        "permissions": sorted(actor.permissions),
        "request_id": actor.request_id,
    }
