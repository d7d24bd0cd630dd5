"""What is told because a day has come: called money that has not come in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.telling import tell_of_time
from kimhub.core.jobs.outbox import after_commit
from kimhub.drawdowns.events import MONEY_MISSING
from kimhub.drawdowns.models import Drawdown
from kimhub.drawdowns.queries import CANCELLED, RECEIVED
from kimhub.drawdowns.terms import ASK_AFTER_DAYS
from tenants import Actor, db

MISSING = "mittelabruf.look_for_money"


def look_for_money_later(session: Session, actor: Actor, drawdown: Drawdown) -> None:
    """Have somebody look after `ASK_AFTER_DAYS` whether the money of a call is there; not of an older call."""
    ask_on = drawdown.requested_on + timedelta(days=ASK_AFTER_DAYS + 1)
    if ask_on > clock.today():
        after_commit(session, actor, MISSING, {"drawdown_id": drawdown.id}, due_at=clock.morning(ask_on))


def tell_missing(actor: Actor, drawdown_id: UUID) -> None:
    """Tell the own colleagues unless all of it came in or was taken back."""
    session = db.session()
    missing = select(Drawdown).where(
        Drawdown.tenant_id == actor.tenant_id,
        Drawdown.id == drawdown_id,
        Drawdown.amount + CANCELLED - RECEIVED > 0,
    )
    drawdown = session.scalars(missing).one_or_none()
    if drawdown is not None:
        tell_of_time(session, actor, MONEY_MISSING, drawdown.id, about=about_of(drawdown))


def about_of(drawdown: Drawdown) -> str:
    """Return how events call a call: „Haushaltsjahr 2026, Baustein 1“."""
    return f"Haushaltsjahr {drawdown.year}, Baustein {drawdown.baustein}"
