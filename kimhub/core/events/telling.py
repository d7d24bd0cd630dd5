"""How a use case says that something was done."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kimhub.core.events.kinds import EventKind
from kimhub.core.events.models import MAX_ABOUT, Event
from tenants import Actor


def tell(
    session: Session,
    actor: Actor,
    kind: EventKind,
    subject_id: UUID,
    *,
    about: str,
    concerns: int | None = None,
    act_id: UUID | None = None,
) -> Event:
    """Write down that `actor` did this; once per deed and tenant, never once per row of what was done.

    `concerns` is the tenant that shall know, without it one's own. Several rows of one deed share an `act_id`. A job
    tells in the name of the person who asked for its work.
    """
    event = Event(
        tenant_id=actor.tenant_id,
        concerns=actor.tenant_id if concerns is None else concerns,
        kind=kind.code,
        subject_id=subject_id,
        about=" ".join(about.split())[:MAX_ABOUT],
        act_id=act_id or uuid4(),
        revokes=kind.revokes,
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(event)
    return event


def tell_of_time(
    session: Session,
    actor: Actor,
    kind: EventKind,
    subject_id: UUID,
    *,
    about: str,
    concerns: int | None = None,
    act_id: UUID | None = None,
) -> Event:
    """Write down that time has passed: like `tell`, but nobody did it, so that also who began the thing is told."""
    platform = replace(actor, subject=None, label="KIMHub")
    return tell(session, platform, kind, subject_id, about=about, concerns=concerns, act_id=act_id)
