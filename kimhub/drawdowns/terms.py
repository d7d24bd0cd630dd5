"""The words of the Mittelabruf."""

from __future__ import annotations

from enum import StrEnum


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
