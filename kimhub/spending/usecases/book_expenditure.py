"""Book an expenditure: one receipt, or the part of it that one purpose bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kimhub.core.database.trouble import code_of
from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import euro
from kimhub.core.money import CENT
from kimhub.programme.public import (
    COST_TEILPLANZEILEN,
    FIRST_YEAR,
    LAST_YEAR,
    GrantPurpose,
    Teilplanzeile,
)
from kimhub.spending.errors import ReceiptBookedError, ReceiptInMotionError
from kimhub.spending.models import (
    ALREADY_BOOKED,
    FIRST_DAY,
    LAST_DAY,
    MAX_AMOUNT,
    Expenditure,
)
from kimhub.spending.queries import SameReceipt, same_receipt
from tenants import Actor, Permission, db

PATIENCE = "2s"
"""How long a booking waits for somebody else's."""
RETRY_AFTER = 30
"""Seconds after which it is worth another try."""
_WAIT, _WAIT_AS_USUAL = (
    text("SELECT set_config('lock_timeout', :wait, true)"),
    text("SET LOCAL lock_timeout TO DEFAULT"),
)
_LOCK_NOT_AVAILABLE = "55P03"
_IN_MOTION = (
    "Dieser Beleg steht in einer Datei, die gerade gebucht wird. Warten Sie, bis sie gebucht ist: Dann steht er in "
    "Ihren Ausgaben, und Sie müssen ihn nicht noch einmal buchen."
)


@dataclass(frozen=True, slots=True)
class BookExpenditure:
    """What was paid. Without `year` the Haushaltsjahr is that of the booking date.

    The Baustein is not given: it follows from the purpose.
    """

    receipt_number: str
    booked_on: date
    amount: Decimal
    purpose: GrantPurpose
    teilplanzeile: Teilplanzeile
    year: int | None = None
    period_from: date | None = None
    period_to: date | None = None
    position_reference: str = ""
    text: str = ""
    recipient: str = ""

    @property
    def haushaltsjahr(self) -> int:
        """Return the year that bears the cost."""
        return self.booked_on.year if self.year is None else self.year


def book_expenditure(actor: Actor, command: BookExpenditure) -> Expenditure:
    """Enter the booking and return it.

    Raises `InvalidInputError` with its fields, and `ReceiptBookedError` when the same receipt stands in the books and
    was not reversed; two who book it at the same moment meet at the constraint ``uq_expenditure_receipt``. Raises
    `ReceiptInMotionError` after `PATIENCE` when a file with that receipt is just being booked.
    """
    session = db.session()
    actor.require(Permission.EXPENDITURE_WRITE)
    fields = flaws(command)
    if fields:
        raise InvalidInputError("Bitte prüfen Sie die genannten Felder.", fields=fields)
    booked = Expenditure(
        tenant_id=actor.tenant_id,
        generation=_next_generation(session, actor, command),
        account_id=actor.subject,
        actor_label=actor.label,
        receipt_number=command.receipt_number,
        booked_on=command.booked_on,
        year=command.haushaltsjahr,
        period_from=command.period_from,
        period_to=command.period_to,
        amount=command.amount,
        teilplanzeile=command.teilplanzeile,
        purpose=command.purpose,
        position_reference=command.position_reference,
        text=command.text,
        recipient=command.recipient,
    )
    _enter(session, booked)
    return booked


def _enter(session: Session, booked: Expenditure) -> None:
    """Write the booking now: the caller links to its id, and the same receipt is refused here.

    Whoever enters the same receipt in an open transaction holds this one up; a whole file may take some seconds.
    """
    session.execute(_WAIT, {"wait": PATIENCE})
    session.add(booked)
    try:
        session.flush()
    except OperationalError as trouble:
        if code_of(trouble) != _LOCK_NOT_AVAILABLE:
            raise
        raise ReceiptInMotionError(
            _IN_MOTION, fields={"receipt_number": [_IN_MOTION]}, extra={"retry_after": RETRY_AFTER}
        ) from trouble
    session.execute(_WAIT_AS_USUAL)


def flaws(command: BookExpenditure) -> dict[str, list[str]]:
    """Return what the books would refuse, by field, each with its cure; the same for a form, the API and a file."""
    found: dict[str, list[str]] = {}
    if not command.receipt_number:
        found["receipt_number"] = ["Geben Sie die Belegnummer an."]
    if not FIRST_DAY <= command.booked_on <= LAST_DAY:
        found["booked_on"] = [f"Der Buchungstag muss in den Jahren {FIRST_YEAR} bis {LAST_YEAR} liegen."]
    elif not FIRST_YEAR <= command.haushaltsjahr <= LAST_YEAR:
        found["year"] = [f"Das Haushaltsjahr muss zwischen {FIRST_YEAR} und {LAST_YEAR} liegen."]
    if command.amount <= 0:
        found["amount"] = [
            "Der Betrag muss größer als null sein. Eine Rückzahlung oder einen Fehler buchen Sie als Storno."
        ]
    elif command.amount > MAX_AMOUNT:
        found["amount"] = [f"Der Betrag darf höchstens {euro(MAX_AMOUNT)} betragen."]
    elif command.amount != command.amount.quantize(CENT):
        found["amount"] = ["Der Betrag hat mehr als zwei Nachkommastellen. Runden Sie auf Cent."]
    if command.teilplanzeile not in COST_TEILPLANZEILEN:
        found["teilplanzeile"] = [
            "Auf dieser Teilplanzeile stehen keine Ausgaben. Wählen Sie 11, 15 oder 16."
        ]
    found |= _flaws_of_period(command.period_from, command.period_to)
    return found


def _flaws_of_period(start: date | None, end: date | None) -> dict[str, list[str]]:
    if start is None and end is None:
        return {}
    if start is None:
        return {
            "period_from": [
                "Geben Sie auch den Beginn des Leistungszeitraums an, oder lassen Sie beide leer."
            ]
        }
    if end is None:
        return {
            "period_to": ["Geben Sie auch das Ende des Leistungszeitraums an, oder lassen Sie beide leer."]
        }
    if not (FIRST_DAY <= start <= LAST_DAY and FIRST_DAY <= end <= LAST_DAY):
        return {
            "period_from": [f"Der Leistungszeitraum muss in den Jahren {FIRST_YEAR} bis {LAST_YEAR} liegen."]
        }
    if end < start:
        return {
            "period_to": ["Das Ende des Leistungszeitraums liegt vor seinem Beginn. Prüfen Sie beide Tage."]
        }
    return {}


def _next_generation(session: Session, actor: Actor, command: BookExpenditure) -> int:
    last = same_receipt(
        session,
        actor.tenant_id,
        SameReceipt(
            receipt_number=command.receipt_number,
            booked_on=command.booked_on,
            year=command.haushaltsjahr,
            purpose=command.purpose,
            teilplanzeile=command.teilplanzeile,
            position_reference=command.position_reference,
            amount=command.amount,
        ),
    )
    if last is None:
        return 0
    if not last.is_reversed:
        raise already_booked(last.id)
    return last.generation + 1


def already_booked(booking_id: UUID) -> ReceiptBookedError:
    """Return the refusal that names the booking which is there already."""
    return ReceiptBookedError(
        ALREADY_BOOKED, fields={"receipt_number": [ALREADY_BOOKED]}, extra={"booked_as": str(booking_id)}
    )
