"""Act for another tenant: the session goes on under a new id, so nothing of one tenant carries over to the other."""

from __future__ import annotations

import structlog

from kimhub.core.errors import NotFoundError
from kimhub.identity import gate
from kimhub.identity.sessions import TenantChoice, choice_of, hash_of, replace_session
from tenants import db

_log = structlog.get_logger("kimhub.identity")


def tenant_choices(token: str) -> list[TenantChoice]:
    """Return the tenants for which the person may act, in alphabetical order."""
    rows = db.session().execute(gate.TENANTS_OF_SESSION, {"hash": hash_of(token)})
    return [choice_of(row) for row in rows]


def choose_tenant(token: str, slug: str) -> tuple[str, TenantChoice]:
    """Return the new session id and the tenant; raises `NotFoundError` if the person has no role there."""
    choice = next((each for each in tenant_choices(token) if each.slug == slug), None)
    fresh = replace_session(db.session(), token, choice.tenant_id) if choice else None
    if choice is None or fresh is None:
        raise NotFoundError
    _log.info("tenant_chosen", tenant_id=choice.tenant_id)
    return fresh, choice
