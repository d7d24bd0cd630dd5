"""The refusals of booking."""

from __future__ import annotations

from typing import ClassVar

from kimhub.core.errors import ConflictError


class ReceiptBookedError(ConflictError):
    """The same receipt was booked before; `extra["booked_as"]` is the id of that booking, where it is known."""

    code: ClassVar[str] = "receipt-already-booked"
    title: ClassVar[str] = "Dieser Beleg ist schon gebucht"


class ReceiptInMotionError(ConflictError):
    """The same receipt stands in a file whose bookings are being entered at this moment."""

    code: ClassVar[str] = "receipt-in-motion"
    title: ClassVar[str] = "Dieser Beleg wird gerade gebucht"


class AlreadyReversedError(ConflictError):
    """A booking is reversed at most once, and a reversal never."""

    code: ClassVar[str] = "already-reversed"
    title: ClassVar[str] = "Diese Buchung ist schon storniert"
