"""What the Mittelabruf tells colleagues: that money came in, or did not."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from tenants import Permission

MONEY_RECEIVED = declare(
    EventKind(
        code="drawdown.receive",
        says="Abgerufene Mittel sind eingegangen",
        thing="Mittelabruf",
        page="mittelabruf.show_entry",
        names="drawdown_id",
        told=Permission.FUNDING_WRITE,
    )
)
MONEY_MISSING = declare(
    EventKind(
        code="drawdown.pass_unreceived",
        says="Abgerufene Mittel sind nach 30 Tagen nicht eingegangen",
        thing="Mittelabruf",
        page="mittelabruf.show_entry",
        names="drawdown_id",
        told=Permission.FUNDING_WRITE,
        urgent=True,
    )
)
