"""What comes in from outside: calls, receipts, repayments, expected payments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kimhub.core.fields import Amount, CommandSchema, Day, Text
from kimhub.drawdowns.models import (
    FIRST_DAY,
    LAST_DAY,
    MAX_AMOUNT,
    MAX_REASON,
    MAX_REFERENCE,
    MAX_TEXT,
)

_CENT = Decimal("0.01")
_DAYS: dict[str, Any] = {"earliest": FIRST_DAY, "latest": LAST_DAY}
_REFERENCE = "Aktenzeichen des Abrufs oder Ihr eigenes Zeichen."


def _amount(label: str = "Betrag", **more: Any) -> Amount:
    return Amount(label, minimum=_CENT, maximum=MAX_AMOUNT, **more)


def _reason(missing: str) -> Text:
    return Text("Begründung", max_length=MAX_REASON, lines=3, missing=missing)


class CallSchema(CommandSchema):
    """A call; which grant, Haushaltsjahr and Baustein it draws stands in the address of the page."""

    amount = _amount("Betrag, den Sie abrufen")
    requested_on = Day("Tag des Abrufs", **_DAYS)
    due_until = Day("Für Zahlungen, die fällig sind bis", **_DAYS)
    reference = Text("Zeichen", max_length=MAX_REFERENCE, optional=True, hint=_REFERENCE)


class ReceiptSchema(CommandSchema):
    """What came in."""

    amount = _amount("Eingegangener Betrag")
    received_on = Day(
        "Tag der Gutschrift", **_DAYS, hint="An diesem Tag war das Geld auf Ihrem Konto (Wertstellung)."
    )
    reference = Text(
        "Zeichen", max_length=MAX_REFERENCE, optional=True, hint="Zum Beispiel das Kassenzeichen."
    )


class CancelSchema(CommandSchema):
    """Why something is cancelled."""

    reason = _reason("Geben Sie an, warum storniert wird.")


class RepaymentSchema(CommandSchema):
    """What was paid back."""

    amount = _amount("Zurückgezahlter Betrag")
    repaid_on = Day("Tag der Rückzahlung", **_DAYS)
    reason = _reason("Geben Sie an, warum zurückgezahlt wurde.")
    reference = Text("Zeichen", max_length=MAX_REFERENCE, optional=True, hint=_REFERENCE)


class PaymentSchema(CommandSchema):
    """A payment that is expected."""

    text = Text("Wofür", max_length=MAX_TEXT, missing="Geben Sie an, wofür gezahlt wird.")
    amount = _amount("Betrag", hint="Der ganze Betrag, mit Ihrem Eigenanteil.")
    due_on = Day("Fällig am", **_DAYS)
