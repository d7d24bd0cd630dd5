"""Reverse a booking: the only way to correct the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import locked
from kimhub.spending.errors import AlreadyReversedError
from kimhub.spending.models import FIRST_DAY, LAST_DAY, MAX_REASON, Expenditure
from kimhub.spending.queries import reversal_of
from tenants import Actor, Permission, db

_REVERSED = "Diese Buchung wurde schon storniert. Öffnen Sie sie neu, um das Storno zu sehen."


@dataclass(frozen=True, slots=True)
class ReverseExpenditure:
    """Which booking, and why. The reversal carries `booked_on`, today where nobody says otherwise."""

    expenditure_id: UUID
    reason: str
    booked_on: date | None = None


def reverse_expenditure(actor: Actor, command: ReverseExpenditure) -> Expenditure:
    """Enter the exact negative of a booking, in the same Haushaltsjahr, purpose and Teilplanzeile; return it.

    Raises `NotFoundError`, `AlreadyReversedError` (also when another person was faster), and `InvalidInputError` for
    a missing reason or a day outside the years of the programme.
    """
    session = db.session()
    actor.require(Permission.EXPENDITURE_WRITE)
    booked = locked(session, Expenditure, command.expenditure_id)
    if booked.is_reversal:
        raise AlreadyReversedError(
            "Dies ist selbst ein Storno und wird nicht storniert. Buchen Sie den Beleg neu, wenn er doch gilt."
        )
    if reversal_of(session, booked) is not None:
        raise AlreadyReversedError(_REVERSED)
    day = command.booked_on or session.scalars(select(func.current_date())).one()
    fields: dict[str, list[str]] = {}
    if not command.reason:
        fields["reason"] = ["Geben Sie an, warum die Buchung storniert wird."]
    elif len(command.reason) > MAX_REASON:
        fields["reason"] = [f"Die Begründung darf höchstens {MAX_REASON} Zeichen haben."]
    if not FIRST_DAY <= day <= LAST_DAY:
        fields["booked_on"] = [f"Der Tag muss in den Jahren {FIRST_DAY.year} bis {LAST_DAY.year} liegen."]
    if fields:
        raise InvalidInputError("Bitte prüfen Sie die genannten Felder.", fields=fields)
    reversal = Expenditure(
        tenant_id=actor.tenant_id,
        reverses_id=booked.id,
        reverses_booked_on=booked.booked_on,
        booked_on=day,
        amount=-booked.amount,
        reason=command.reason,
        account_id=actor.subject,
        actor_label=actor.label,
        **{name: getattr(booked, name) for name in _TAKEN_OVER},
    )
    try:
        with session.begin_nested():
            session.add(reversal)
            session.flush()
    except IntegrityError as violation:
        if (
            getattr(getattr(violation.orig, "diag", None), "constraint_name", None)
            != "uq_expenditure_receipt"
        ):
            raise
        raise AlreadyReversedError(_REVERSED) from violation
    return reversal


_TAKEN_OVER = (
    "receipt_number", "year", "period_from", "period_to", "teilplanzeile", "purpose", "position_reference", "text",
    "recipient", "generation",
)  # fmt: skip
