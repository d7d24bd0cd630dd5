"""Note a payment that falls due and stands in no plan, so that it counts in the next call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from kimhub.core import clock
from kimhub.core.versions import locked
from kimhub.drawdowns.models import LAST_DAY, MAX_TEXT, ExpectedPayment
from kimhub.drawdowns.usecases.checking import amount_flaws, load_grant, refuse
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectPayment:
    """What is paid for, how much (with the own share in it), and when it falls due."""

    grant_id: UUID
    year: int
    baustein: Baustein
    due_on: date
    amount: Decimal
    text: str


def expect_payment(actor: Actor, command: ExpectPayment) -> ExpectedPayment:
    """Enter the payment and return it. Raises `NotFoundError` and `InvalidInputError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    load_grant(session, command.grant_id)
    fields = amount_flaws(command.amount)
    if not FIRST_YEAR <= command.year <= LAST_YEAR:
        fields["year"] = [f"Das Haushaltsjahr muss zwischen {FIRST_YEAR} und {LAST_YEAR} liegen."]
    if not clock.today() <= command.due_on <= LAST_DAY:
        fields["due_on"] = ["Geben Sie einen Tag ab heute an. Was schon bezahlt ist, buchen Sie als Ausgabe."]
    if not 1 <= len(command.text.strip()) <= MAX_TEXT:
        fields["text"] = [f"Geben Sie an, wofür gezahlt wird, mit höchstens {MAX_TEXT} Zeichen."]
    refuse(fields)
    payment = ExpectedPayment(
        tenant_id=actor.tenant_id,
        fund_id=command.grant_id,
        year=command.year,
        baustein=int(command.baustein),
        due_on=command.due_on,
        amount=command.amount,
        text=command.text.strip(),
    )
    session.add(payment)
    session.flush()  # the caller links to the new id
    return payment


def drop_payment(actor: Actor, payment_id: UUID) -> None:
    """Delete a payment that is no longer expected. Raises `NotFoundError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    session.delete(locked(session, ExpectedPayment, payment_id))
    session.flush()  # gone now, also for what is read in the same request
