"""What the Mittelabruf refuses, in the words of whoever asked."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar

from kimhub.core import formats
from kimhub.core.errors import ConflictError, constraint_error
from kimhub.programme.public import Baustein
from tenants.errors import constraint_error_from


class DrawdownExceededError(ConflictError):
    """A call asks for more than is left of the grant; `extra` says how much is."""

    code: ClassVar[str] = "drawdown-exceeded"
    title: ClassVar[str] = "So viel ist nicht bewilligt"

    def __init__(self, evidence: str) -> None:
        found = json.loads(evidence)
        granted, drawn = Decimal(found["granted"]), Decimal(found["drawn"])
        left = max(granted - drawn, Decimal("0.00"))
        detail = (
            f"Für {found['year']} ({Baustein(found['baustein']).label}) sind bestandskräftig "
            f"{formats.euro(granted)} bewilligt und {formats.euro(drawn)} abgerufen. "
            f"Abrufen können Sie noch {formats.euro(left)}."
        )
        super().__init__(
            detail,
            fields={"amount": [detail]},
            extra={"granted": str(granted), "drawn": str(drawn), "left": str(left)},
        )


class NotFinalError(ConflictError):
    """Nothing is called before the Bescheid is final (Nr. 7.1 VVG zu § 44 LHO NRW)."""

    code: ClassVar[str] = "drawdown-not-final"
    title: ClassVar[str] = "Der Bescheid ist noch nicht bestandskräftig"


class NoCallError(ConflictError):
    """A fachbezogene Pauschale is paid without a call."""

    code: ClassVar[str] = "drawdown-pauschale"
    title: ClassVar[str] = "Diese Mittel werden nicht abgerufen"


class MoreReceivedError(ConflictError):
    """More would have come in on a call than it asked for; `extra["open"]` says how much is still open."""

    code: ClassVar[str] = "receipt-exceeds-call"
    title: ClassVar[str] = "So viel wurde nicht abgerufen"

    def __init__(self, evidence: str) -> None:
        still_open = Decimal(evidence)
        detail = f"Auf diesen Abruf stehen noch {formats.euro(still_open)} aus. Prüfen Sie den Betrag und den Abruf."
        super().__init__(detail, fields={"amount": [detail]}, extra={"open": str(still_open)})


class ReceivedEarlyError(ConflictError):
    """Money does not come in before it was called."""

    code: ClassVar[str] = "receipt-before-call"
    title: ClassVar[str] = "Der Eingang liegt vor dem Abruf"


class NothingToCancelError(ConflictError):
    """Only what has not come in of a call can be cancelled, and only once."""

    code: ClassVar[str] = "drawdown-not-cancellable"
    title: ClassVar[str] = "Hier gibt es nichts zu stornieren"


class MoreRepaidError(ConflictError):
    """More would be paid back than ever came in."""

    code: ClassVar[str] = "repayment-exceeds-receipts"
    title: ClassVar[str] = "So viel ist nicht eingegangen"


constraint_error_from("drawdown_exceeded", DrawdownExceededError)
constraint_error_from("drawdown_received_more", MoreReceivedError)
constraint_error(
    "drawdown_not_final",
    NotFinalError,
    "Am Tag des Abrufs ist der Bescheid noch nicht bestandskräftig. Tragen Sie bei der Zuwendung den Tag der "
    "Bestandskraft oder den Rechtsbehelfsverzicht ein, oder rufen Sie die Mittel später ab.",
)
constraint_error(
    "drawdown_pauschale",
    NoCallError,
    "Abgerufen wird nur, was ein Bescheid bewilligt. Fachbezogene Pauschalen zahlt das Land ohne Abruf.",
)
for _name in ("drawdown_cancellation", "uq_drawdown_cancelled", "uq_drawdown_receipt_reversed"):
    constraint_error(
        _name,
        NothingToCancelError,
        "Storniert werden kann einmal, was auf einen Abruf noch nicht eingegangen ist. Laden Sie die Seite neu: "
        "Vielleicht war jemand schneller.",
    )
constraint_error(
    "drawdown_received_early",
    ReceivedEarlyError,
    "Ein Eingang kann nicht vor dem Tag des Abrufs liegen. Prüfen Sie beide Tage.",
    field="received_on",
)
constraint_error(
    "drawdown_repaid_more",
    MoreRepaidError,
    "Zurückgezahlt werden kann höchstens, was eingegangen und nicht schon zurückgezahlt ist.",
    field="amount",
)
