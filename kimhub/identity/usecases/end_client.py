"""Shut a machine out; it takes effect with its next request, whatever token it holds."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from kimhub.identity.models import OAuthClient
from kimhub.identity.queries import get_client
from tenants import Actor, Permission, db


def end_client(actor: Actor, client_id: UUID) -> OAuthClient:
    """End the client; ending an ended one changes nothing. Raises `NotFoundError`."""
    actor.require(Permission.CLIENT_MANAGE)
    session = db.session()
    client = get_client(session, client_id)
    if client.ended_at is None:
        client.ended_at = session.scalar(select(func.now()))
    return client
