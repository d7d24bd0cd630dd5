"""Last days speak: once when they are near, once when they have passed, and only while something is still open.

Whoever does what begins such a time asks for a look (`look_later`), which leads to the next. A look reckons the day
anew: it may have moved meanwhile. A look that comes late, after an outage, tells what is true then.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.kinds import EventKind
from kimhub.core.events.models import Event
from kimhub.core.events.telling import tell_of_time
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.jobs.payload import Payload
from tenants import Actor

NEAR = timedelta(days=7)
"""How long before a last day people are told, by a mail of its own also where others are gathered for a week."""
_DAY = timedelta(days=1)


def look_later(session: Session, actor: Actor, job: str, payload: Payload, *, last: date) -> None:
    """Have `job` look when `last` comes near; where it is near already, when it has passed; later not at all.

    Whoever enters something in its last days sees the day before them. Asked for twice, it is done once.
    """
    today = clock.today()
    if last < today:
        return
    on = last - NEAR if last - NEAR > today else last + _DAY
    key = ":".join((*(str(value) for value in payload.values()), on.isoformat()))
    after_commit(session, actor, job, payload, dedup_key=key, due_at=clock.morning(on))


def tell_of_last_day(
    session: Session,
    actor: Actor,
    subject_id: UUID,
    *,
    about: str,
    last: date,
    near: EventKind,
    past: EventKind,
) -> None:
    """Tell the own colleagues that `last` is `near` or `past`, if it is, and unless that was told already."""
    today = clock.today()
    kind = near if today <= last else past
    if today < last - NEAR:  # it has moved
        return
    told = select(Event.id).where(
        Event.tenant_id == actor.tenant_id,
        Event.concerns == actor.tenant_id,
        Event.kind == kind.code,
        Event.subject_id == subject_id,
        Event.about == about,
    )
    if session.scalars(told.limit(1)).first() is None:
        tell_of_time(session, actor, kind, subject_id, about=about)
