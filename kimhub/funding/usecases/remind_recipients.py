"""Asking all who have not confirmed what was passed on to them, with one click and not too often."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, null, select

from kimhub.core.events.telling import tell
from kimhub.funding.events import CONFIRMATION_ASKED
from kimhub.funding.reminder_queries import Unconfirmed, unconfirmed
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True)
class Reminded:
    """Whom it reached: of each recipient its oldest allocation; and what had been asked after a few days ago."""

    asked: tuple[Unconfirmed, ...]
    lately: tuple[Unconfirmed, ...]


def remind_recipients(actor: Actor) -> Reminded:
    """Tell every recipient that takes part, once, that a confirmation of it is still missing.

    Whoever was asked in the last days (`reminder_queries.PAUSE`) is left in peace. Two people at once: the second finds
    that all were asked. Raises `ForbiddenError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    session.execute(select(func.app.hold("reminders", null())))
    found = unconfirmed(session, actor)
    oldest: dict[int, Unconfirmed] = {}
    for one in found:
        if not one.asked_lately:
            oldest.setdefault(one.recipient_id, one)
    now = tuple(oldest.values())
    act_id = uuid4()
    for one in now:
        tell(
            session,
            actor,
            CONFIRMATION_ASKED,
            one.id,
            about=one.title,
            concerns=one.recipient_id,
            act_id=act_id,
        )
    session.flush()
    return Reminded(now, tuple(one for one in found if one.asked_lately))
