"""Take up a role that a tenant has offered, or decline it. Until then it counts for nothing."""

from __future__ import annotations

import structlog

from kimhub.core.errors import NotFoundError
from kimhub.identity import gate
from kimhub.identity.sessions import TenantChoice, choice_of, hash_of
from tenants import db

_log = structlog.get_logger("kimhub.identity")


def invitations(token: str) -> list[TenantChoice]:
    """Return the tenants that have invited the person, with the roles they offer, in alphabetical order."""
    rows = db.session().execute(gate.INVITATIONS_OF_SESSION, {"hash": hash_of(token)})
    return [choice_of(row) for row in rows]


def answer_invitation(token: str, slug: str, *, accept: bool) -> TenantChoice:
    """Take up all roles that this tenant offers, or decline them; return what was offered.

    Raises `NotFoundError` if it offers none, or none any more.
    """
    offered = next((each for each in invitations(token) if each.slug == slug), None)
    if offered is None or not _answer(token, offered.tenant_id, accept=accept):
        raise NotFoundError("Diese Einladung gibt es nicht oder sie ist schon beantwortet.")
    _log.info("invitation_answered", tenant_id=offered.tenant_id, accepted=accept)
    return offered


def _answer(token: str, tenant_id: int, *, accept: bool) -> bool:
    values = {"hash": hash_of(token), "tenant_id": tenant_id, "accept": accept}
    answered: bool = db.session().execute(gate.ANSWER_INVITATION, values).scalar_one()
    return answered
