"""Allocations that nobody has confirmed, and whether their recipients were asked lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Interval, bindparam, case, func, literal, select, true
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.models import Event
from kimhub.core.matters import ME, TODAY, local_day
from kimhub.funding.events import CONFIRMATION_ASKED
from kimhub.funding.models import Allocation
from kimhub.funding.queries import ALLOCATED, LAST_STEP, STATE, RecipientTenant
from kimhub.funding.workflow import State
from tenants import Actor

PAUSE = timedelta(days=7)
"""How long nobody is asked: after the last word of either side, and a second time."""
MOST = 200
"""Allocations that are asked after at once; a Kreis has some forty recipients."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An allocation to a tenant that has not answered; `issued_on` is the date of the letter, amounts are in euro."""

    id: UUID
    title: str
    recipient_id: int
    recipient: str
    amount: Decimal
    issued_on: date
    asked_lately: bool


LAST_WORD_ON = case(
    (LAST_STEP.c.action.in_(("issue", "amend")), ALLOCATED.c.issued_on),
    else_=local_day(func.coalesce(LAST_STEP.c.created_at, Allocation.created_at)),
)
"""The date of the letter while that is the last word, else the day of the last step."""


def _asked_within(pause: ColumnElement[timedelta]) -> ColumnElement[bool]:
    return (
        select(Event.id)
        .where(
            Event.tenant_id == Allocation.tenant_id,
            Event.concerns == Allocation.recipient_id,
            Event.kind == CONFIRMATION_ASKED.code,
            Event.created_at > func.now() - pause,
        )
        .correlate(Allocation)
        .exists()
    )


ASKED_LATELY = _asked_within(literal(PAUSE))
_UNCONFIRMED = (
    select(
        Allocation.id, Allocation.title, Allocation.recipient_id, RecipientTenant.c.official_name.label("recipient"),
        ALLOCATED.c.amount, ALLOCATED.c.issued_on,
        _asked_within(bindparam("pause", type_=Interval())).label("asked_lately"),
    )
    .select_from(Allocation)
    .join(RecipientTenant, RecipientTenant.c.id == Allocation.recipient_id)
    .join(LAST_STEP, true(), isouter=True)
    .join(ALLOCATED, true())
    .where(
        Allocation.tenant_id == ME,
        STATE.in_((State.ISSUED, State.AMENDED)),
        TODAY - PAUSE.days > LAST_WORD_ON,
    )
    .order_by(RecipientTenant.c.sort_key, ALLOCATED.c.issued_on, Allocation.id)
    .limit(MOST)
)  # fmt: skip


def unconfirmed(session: Session, actor: Actor, *, pause: timedelta = PAUSE) -> list[Unconfirmed]:
    """Return what the actor's tenant has issued to tenants and none has answered for some days, by recipient."""
    values = {"me": actor.tenant_id, "today": clock.today(), "pause": pause}
    rows = session.execute(_UNCONFIRMED, values).mappings()
    return [Unconfirmed(**row) for row in rows]
