"""See where one is signed in, and end what one does not know (ASVS 5.0 7.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from kimhub.core.errors import NotFoundError
from kimhub.identity import gate
from kimhub.identity.sessions import hash_of
from tenants import db

_log = structlog.get_logger("kimhub.identity")


@dataclass(frozen=True)
class OpenSession:
    """One browser in which the person is signed in."""

    id: UUID
    device: str
    signed_in_at: datetime
    last_seen_at: datetime
    tenant_name: str | None
    is_current: bool


def own_sessions(token: str) -> list[OpenSession]:
    """Return the open sessions of the person, the current one first."""
    rows = db.session().execute(gate.SESSIONS_OF, {"hash": hash_of(token)})
    return [
        OpenSession(
            row.session_id, row.device, row.signed_in_at, row.last_seen_at, row.tenant_name, row.is_current
        )
        for row in rows
    ]


def end_own_session(token: str, session_id: UUID) -> None:
    """End one other session of the same person; raises `NotFoundError` for anybody else's."""
    if not _end(token, session_id):
        raise NotFoundError("Diese Anmeldung gibt es nicht oder sie ist schon beendet.")


def end_other_sessions(token: str) -> int:
    """End all sessions of the person but the current one; return how many ended."""
    return _end(token, None)


def _end(token: str, which: UUID | None) -> int:
    ended: int = (
        db.session().execute(gate.END_OWN_SESSION, {"hash": hash_of(token), "which": which}).scalar_one()
    )
    _log.info("sessions_ended", count=ended)
    return ended
