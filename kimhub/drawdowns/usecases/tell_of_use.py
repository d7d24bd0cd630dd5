"""What is told because the day comes until which money that came in is to be used (VVG Nr. 8.6: then interest runs)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.days import look_later, tell_of_last_day
from kimhub.core.formats import day
from kimhub.drawdowns.events import USE_NEAR, USE_PAST
from kimhub.drawdowns.models import Drawdown, DrawdownReceipt
from kimhub.drawdowns.standing_queries import standings
from kimhub.drawdowns.terms import WORTH_A_LINE
from kimhub.drawdowns.usecases.tell_missing import about_of
from kimhub.programme.public import Baustein, load_drawdown_rules, use_deadline
from tenants import Actor, db

USE = "mittelabruf.look_at_use"


def look_at_use_later(session: Session, actor: Actor, receipt: DrawdownReceipt) -> None:
    """Have somebody look before the last day to use a receipt, and after it."""
    last = use_deadline(receipt.received_on, load_drawdown_rules())
    look_later(session, actor, USE, {"receipt_id": receipt.id}, last=last)


def tell_of_use(actor: Actor, receipt_id: UUID) -> None:
    """Tell the own colleagues where a rest of a receipt is neither used nor paid back."""
    session = db.session()
    receipt = session.get(DrawdownReceipt, (actor.tenant_id, receipt_id))
    drawdown = session.get(Drawdown, (actor.tenant_id, receipt.drawdown_id)) if receipt else None
    if receipt is None or drawdown is None:
        return
    key = (drawdown.fund_id, drawdown.year, Baustein(drawdown.baustein))
    unused = sum(
        (
            use.unused
            for one in standings(session, actor.tenant_id, clock.today())
            for use in one.receipts
            if one.key == key and use.received_on == receipt.received_on
        ),
        Decimal(0),
    )
    if unused < WORTH_A_LINE:
        return
    last = use_deadline(receipt.received_on, load_drawdown_rules())
    tell_of_last_day(
        session, actor, drawdown.id, about=f"{about_of(drawdown)}, bis {day(last)}", last=last,
        near=USE_NEAR, past=USE_PAST,
    )  # fmt: skip
    look_at_use_later(session, actor, receipt)
