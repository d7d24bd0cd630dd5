"""What applications tell: that the day until which a draft is to be submitted is near, and that it has passed."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from tenants import Permission


def _of_an_application(verb: str, says: str, *, urgent: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"application.{verb}", says=says, thing="Förderantrag", page="applications.show",
            names="application_id", told=Permission.FUNDING_WRITE, urgent=urgent,
        )
    )  # fmt: skip


DEADLINE_NEAR = _of_an_application(
    "near_deadline", "Die Frist für einen Förderantrag endet in wenigen Tagen", urgent=True
)
DEADLINE_PAST = _of_an_application("pass_deadline", "Die Frist für einen Förderantrag ist abgelaufen")
