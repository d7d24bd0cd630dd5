"""Call money of a grant for payments due soon, and take back a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kimhub.core import clock, formats
from kimhub.core.versions import locked
from kimhub.drawdowns.errors import NothingToCancelError
from kimhub.drawdowns.models import Drawdown, DrawdownKind, DrawdownReceipt
from kimhub.drawdowns.usecases.checking import amount_flaws, load_grant, past_flaws, refuse
from kimhub.drawdowns.usecases.tell_missing import look_for_money_later
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein, load_drawdown_rules, months_after
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoney:
    """A call: how much of which grant, for payments due until when."""

    grant_id: UUID
    year: int
    baustein: Baustein
    amount: Decimal
    requested_on: date
    due_until: date
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDrawdown:
    """Which entry, and why."""

    drawdown_id: UUID
    reason: str


def call_money(actor: Actor, command: CallMoney) -> Drawdown:
    """Enter a call and return it.

    Raises `NotFoundError` for another's grant or one that is not in force, `InvalidInputError` with its fields, and at
    the flush what the database refuses: `DrawdownExceededError`, `NotFinalError`, `NoCallError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    load_grant(session, command.grant_id)
    months = load_drawdown_rules().call_months.value
    latest = months_after(command.requested_on, months)
    fields = amount_flaws(command.amount) | past_flaws(command.requested_on, "requested_on")
    if not FIRST_YEAR <= command.year <= LAST_YEAR:
        fields["year"] = [f"Das Haushaltsjahr muss zwischen {FIRST_YEAR} und {LAST_YEAR} liegen."]
    if command.due_until < command.requested_on:
        fields["due_until"] = ["Die Zahlungen werden nach dem Abruf fällig. Wählen Sie einen späteren Tag."]
    elif command.due_until > latest:
        fields["due_until"] = [
            f"Abgerufen wird nur, was innerhalb von {months} Monaten fällig ist, also bis zum {formats.day(latest)}."
        ]
    refuse(fields)
    drawdown = Drawdown(
        tenant_id=actor.tenant_id,
        fund_id=command.grant_id,
        year=command.year,
        baustein=int(command.baustein),
        kind=DrawdownKind.CALL,
        requested_on=command.requested_on,
        due_until=command.due_until,
        amount=command.amount,
        reference=command.reference.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(drawdown)
    session.flush()  # the database counts all calls, also those of this moment
    look_for_money_later(session, actor, drawdown)
    return drawdown


def cancel_drawdown(actor: Actor, command: CancelDrawdown) -> Drawdown:
    """Take back what has not come in of a call, or a whole repayment, by a counter entry; return that.

    Raises `NotFoundError`, `InvalidInputError` without a reason, and `NothingToCancelError` when everything has come
    in or it is cancelled already, also when another person was faster.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    drawdown = locked(session, Drawdown, command.drawdown_id)
    if not command.reason.strip():
        refuse({"reason": ["Geben Sie an, warum storniert wird."]})
    outstanding = drawdown.amount - received_on(session, drawdown)
    if drawdown.kind == DrawdownKind.CANCELLATION or outstanding == 0:
        raise NothingToCancelError(
            "Auf diesen Abruf ist alles eingegangen. Storniert werden kann nur, was noch fehlt."
        )
    counter = Drawdown(
        tenant_id=actor.tenant_id,
        fund_id=drawdown.fund_id,
        year=drawdown.year,
        baustein=drawdown.baustein,
        kind=DrawdownKind.CANCELLATION,
        requested_on=max(clock.today(), drawdown.requested_on),
        amount=-outstanding,
        reverses_id=drawdown.id,
        reason=command.reason.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(counter)
    session.flush()  # a second cancellation, or a receipt of this moment, is refused here
    return counter


def received_on(session: Session, drawdown: Drawdown) -> Decimal:
    """Return what has come in on a call, in euro."""
    came_in: Decimal = session.scalars(
        select(func.coalesce(func.sum(DrawdownReceipt.amount), Decimal("0.00"))).where(
            DrawdownReceipt.tenant_id == drawdown.tenant_id, DrawdownReceipt.drawdown_id == drawdown.id
        )
    ).one()
    return came_in
