"""What the Mittelabruf tells colleagues: that money came in, or did not."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from kimhub.drawdowns.terms import ASK_AFTER_DAYS
from tenants import Permission


def _of_a_call(verb: str, says: str, *, urgent: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"drawdown.{verb}", says=says, thing="Mittelabruf", page="mittelabruf.show_entry",
            names="drawdown_id", told=Permission.FUNDING_WRITE, urgent=urgent,
        )
    )  # fmt: skip


MONEY_RECEIVED = _of_a_call("receive", "Abgerufene Mittel sind eingegangen")
MONEY_MISSING = _of_a_call(
    "pass_unreceived", f"Abgerufene Mittel sind nach {ASK_AFTER_DAYS} Tagen nicht eingegangen", urgent=True
)
USE_NEAR = _of_a_call(
    "near_use", "Abgerufene Mittel sind in wenigen Tagen zu verwenden oder zurückzuzahlen", urgent=True
)
USE_PAST = _of_a_call(
    "pass_use", "Abgerufene Mittel sind nicht in ihrer Frist verwendet, es laufen Zinsen", urgent=True
)
