"""What a notice tells those who are to take note of it."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from kimhub.notices.audience import addressees
from tenants import Permission


def _of_a_notice(verb: str, says: str, *, revokes: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"notice.{verb}", says=says, thing="Unterrichtung", page="notices.show", names="notice_id",
            told=Permission.NOTICE_ACKNOWLEDGE, addressees=addressees, revokes=revokes,
        )
    )  # fmt: skip


SENT = _of_a_notice("send", "{author} unterrichtet Sie")
WITHDRAWN = _of_a_notice("withdraw", "{author} hat eine Unterrichtung zurückgenommen", revokes=True)
