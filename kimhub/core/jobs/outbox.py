"""How a use case asks for background work."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core.jobs.models import IS_OPEN, OPEN, Job
from kimhub.core.jobs.payload import Payload, stored
from kimhub.core.jobs.registry import kind_named
from tenants import Actor


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
    declared = kind_named(kind)
    due: datetime | ColumnElement[datetime] = due_at or func.clock_timestamp()
    row = {
        "tenant_id": actor.tenant_id,
        "id": uuid4(),
        "kind": kind,
        "lane": declared.lane,
        "payload": stored(payload),
        "dedup_key": dedup_key,
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
    adding = insert(Job).values(row)
    if dedup_key is None:
        session.execute(adding)
        return row["id"]  # type: ignore[return-value]  # the dict holds values of many types
    unless_open = adding.on_conflict_do_nothing(
        index_elements=["tenant_id", "kind", "dedup_key"], index_where=text(IS_OPEN)
    ).returning(Job.id)
    open_one = select(Job.id).where(
        Job.tenant_id == actor.tenant_id, Job.kind == kind, Job.dedup_key == dedup_key, Job.state.in_(OPEN)
    )
    while True:  # the open one may be finished between the two statements; then ours goes in
        job_id = session.scalar(unless_open) or session.scalar(open_one)
        if job_id is not None:
            return job_id
