"""The words of the Mittelabruf, and what is experience in it and not law."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

ASK_AFTER_DAYS = 30
"""Days after which money that was called and has not come in is asked after. No rule of law: experience."""

WORTH_A_LINE = Decimal("1.00")
"""What is to be used or paid back, in euro: cents that rounding leaves over are no task."""


class CallState(StrEnum):
    """Where an entry stands; it follows from what was entered after it."""

    ENTERED = "entered"
    PARTLY = "partly"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    REPAID = "repaid"
    COUNTER = "counter"

    @property
    def label(self) -> str:
        """The word that people read."""
        return _STATES[self]


_STATES = {
    CallState.ENTERED: "abgerufen",
    CallState.PARTLY: "teilweise eingegangen",
    CallState.RECEIVED: "eingegangen",
    CallState.CANCELLED: "storniert",
    CallState.REPAID: "zurückgezahlt",
    CallState.COUNTER: "Storno",
}
