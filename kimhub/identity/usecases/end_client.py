"""Shut a machine out; it takes effect with its next request, whatever token it holds."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from kimhub.core.errors import NotFoundError
from kimhub.identity.models import OAuthClient
from tenants import Actor, Permission, db


def end_client(actor: Actor, client_id: UUID) -> OAuthClient:
    """End the client; ending an ended one changes nothing. Raises `NotFoundError`."""
    actor.require(Permission.CLIENT_MANAGE)
    session = db.session()
    client = session.scalars(select(OAuthClient).where(OAuthClient.id == client_id)).one_or_none()
    if client is None:
        raise NotFoundError
    if client.ended_at is None:
        client.ended_at = session.scalar(select(func.now()))
    return client
