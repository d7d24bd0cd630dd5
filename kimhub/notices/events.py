"""What a notice tells those who are to take note of it."""

from __future__ import annotations

from kimhub.core.events.kinds import Addressees, EventKind, declare
from kimhub.notices.audience_queries import addressees, those_who_have_not
from tenants import Permission


def _of_a_notice(verb: str, says: str, *, told: Addressees = addressees, revokes: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"notice.{verb}", says=says, thing="Unterrichtung", page="notices.show", names="notice_id",
            told=Permission.NOTICE_ACKNOWLEDGE, addressees=told, revokes=revokes,
        )
    )  # fmt: skip


SENT = _of_a_notice("send", "{author} unterrichtet Sie")
REMINDED = _of_a_notice("remind", "Eine Unterrichtung wartet auf Ihre Kenntnisnahme", told=those_who_have_not)
"""Time has passed; nobody asks for it, and it says nothing of others."""
WITHDRAWN = _of_a_notice("withdraw", "{author} hat eine Unterrichtung zurückgenommen", revokes=True)
