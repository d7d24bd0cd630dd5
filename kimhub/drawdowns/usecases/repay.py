"""Note what was paid back to the Land."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from kimhub.drawdowns.models import Drawdown, DrawdownKind
from kimhub.drawdowns.usecases.checking import amount_flaws, load_grant, past_flaws, refuse
from kimhub.programme.public import Baustein
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class Repay:
    """How much of which grant was paid back, when, and why."""

    grant_id: UUID
    year: int
    baustein: Baustein
    amount: Decimal
    repaid_on: date
    reason: str
    reference: str = ""


def repay(actor: Actor, command: Repay) -> Drawdown:
    """Enter a repayment; it lowers what is drawn. Returns the entry, whose amount is negative.

    Raises `NotFoundError`, `InvalidInputError`, and `MoreRepaidError` for more than has come in.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    load_grant(session, command.grant_id)
    fields = amount_flaws(command.amount) | past_flaws(command.repaid_on, "repaid_on")
    if not command.reason.strip():
        fields["reason"] = ["Geben Sie an, warum zurückgezahlt wurde."]
    refuse(fields)
    entry = Drawdown(
        tenant_id=actor.tenant_id,
        fund_id=command.grant_id,
        year=command.year,
        baustein=int(command.baustein),
        kind=DrawdownKind.REPAYMENT,
        requested_on=command.repaid_on,
        amount=-command.amount,
        reference=command.reference.strip(),
        reason=command.reason.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(entry)
    session.flush()  # the database counts what came in
    return entry
