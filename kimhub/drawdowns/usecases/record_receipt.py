"""Note what came in on a call, and take back a wrong entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from kimhub.core.errors import NotFoundError
from kimhub.core.events.telling import tell
from kimhub.core.versions import locked
from kimhub.drawdowns.errors import NothingToCancelError
from kimhub.drawdowns.events import MONEY_RECEIVED
from kimhub.drawdowns.models import Drawdown, DrawdownReceipt
from kimhub.drawdowns.usecases.checking import amount_flaws, past_flaws, refuse
from kimhub.drawdowns.usecases.tell_missing import about_of
from kimhub.drawdowns.usecases.tell_of_use import look_at_use_later
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt:
    """How much came in on which call, and when it was credited."""

    drawdown_id: UUID
    received_on: date
    amount: Decimal
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseReceipt:
    """Which receipt was entered wrongly, and why."""

    receipt_id: UUID
    reason: str


def record_receipt(actor: Actor, command: RecordReceipt) -> DrawdownReceipt:
    """Enter what came in and return it.

    Raises `NotFoundError`, `InvalidInputError`, and at the flush `MoreReceivedError` or `ReceivedEarlyError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    drawdown = locked(session, Drawdown, command.drawdown_id)
    refuse(amount_flaws(command.amount) | past_flaws(command.received_on, "received_on"))
    receipt = DrawdownReceipt(
        tenant_id=actor.tenant_id,
        drawdown_id=drawdown.id,
        received_on=command.received_on,
        amount=command.amount,
        reference=command.reference.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(receipt)
    session.flush()  # the database counts all receipts, also those of this moment
    tell(session, actor, MONEY_RECEIVED, drawdown.id, about=about_of(drawdown))
    look_at_use_later(session, actor, receipt)
    return receipt


def reverse_receipt(actor: Actor, command: ReverseReceipt) -> DrawdownReceipt:
    """Enter the exact negative of a receipt, on its day; return it.

    Raises `NotFoundError`, `InvalidInputError` without a reason, `NothingToCancelError` for what is reversed already
    or a reversal itself, and `MoreRepaidError` if the money was paid back.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    receipt = session.scalars(
        select(DrawdownReceipt).where(DrawdownReceipt.id == command.receipt_id)
    ).one_or_none()
    if receipt is None:
        raise NotFoundError
    locked(session, Drawdown, receipt.drawdown_id)
    if receipt.reverses_id is not None:
        raise NothingToCancelError(
            "Dies ist selbst ein Storno. Tragen Sie den Eingang neu ein, wenn er doch gilt."
        )
    if not command.reason.strip():
        refuse({"reason": ["Geben Sie an, warum storniert wird."]})
    reversal = DrawdownReceipt(
        tenant_id=actor.tenant_id,
        drawdown_id=receipt.drawdown_id,
        received_on=receipt.received_on,
        amount=-receipt.amount,
        reverses_id=receipt.id,
        reference=receipt.reference,
        reason=command.reason.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(reversal)
    session.flush()  # a second reversal of this moment is refused here
    return reversal
