"""People read their lines; a machine takes over what its tenant has received."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Integer, Uuid, bindparam, exists, func, update

from kimhub.core.errors import ConflictError
from kimhub.core.events.models import Event
from kimhub.core.versions import locked
from kimhub.inbox.models import Delivery, Receipt
from tenants import Actor, Permission, db

_MINE = (
    update(Delivery)
    .where(
        Delivery.tenant_id == bindparam("me", type_=Integer),
        Delivery.account_id == bindparam("account", type_=Uuid()),
        Delivery.unread.is_(True),
    )
    .values(read_at=func.now())
)
_READ = _MINE.where(Delivery.event_id == bindparam("event", type_=Uuid()))
_READ_ABOUT = _MINE.where(
    exists().where(Event.id == Delivery.event_id, Event.subject_id == bindparam("subject", type_=Uuid()))
)
_ALL_READ = _MINE.where(Delivery.created_at <= bindparam("seen"))


class TakenOverError(ConflictError):
    """It was taken over before."""

    code = "taken-over"
    title = "Schon übernommen"


def read_line(actor: Actor, event_id: UUID) -> None:
    """Mark the actor's own line of an event as read, if there is one; colleagues' lines stay as they are."""
    actor.require(Permission.INBOX_READ)
    db.session().execute(_READ, {"me": actor.tenant_id, "account": actor.subject, "event": event_id})


def read_about(actor: Actor, subject_id: UUID) -> None:
    """Mark the actor's own lines as read that are about a thing it has just dealt with."""
    actor.require(Permission.INBOX_READ)
    values = {"me": actor.tenant_id, "account": actor.subject, "subject": subject_id}
    db.session().execute(_READ_ABOUT, values)


def read_all_lines(actor: Actor, seen: datetime) -> int:
    """Mark the actor's own lines as read that were there at the moment `seen`; return how many."""
    actor.require(Permission.INBOX_READ)
    values = {"me": actor.tenant_id, "account": actor.subject, "seen": seen}
    return cast("CursorResult[Any]", db.session().execute(_ALL_READ, values)).rowcount


def take_over_event(actor: Actor, event_id: UUID) -> Receipt:
    """Note that a machine of the tenant has taken a received event over; lines of people stay as they are.

    Raises `NotFoundError`, and `TakenOverError` the second time.
    """
    actor.require(Permission.INBOX_READ)
    session = db.session()
    receipt = locked(session, Receipt, event_id)
    if receipt.taken_at is not None:
        raise TakenOverError("Diese Nachricht ist schon übernommen.")
    receipt.taken_at = session.scalar(func.now())
    session.flush()  # the caller shows when
    return receipt
