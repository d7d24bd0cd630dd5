"""Let a machine work for the own tenant through the API."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import uuid4

from kimhub.core.errors import InvalidInputError
from kimhub.core.secret import Secret
from kimhub.identity.models import OAuthClient
from tenants import Actor, Permission, Tenant, db, permissions_of, roles_for

NOT_FOR_MACHINES = frozenset({Permission.MEMBER_MANAGE, Permission.CLIENT_MANAGE})
"""A machine never decides who may do what."""


@dataclass(frozen=True)
class RegisterClient:
    """What the machine is called and what it may do."""

    name: str
    scopes: frozenset[Permission]


@dataclass(frozen=True)
class RegisteredClient:
    """The client; its secret is shown once and kept nowhere."""

    client: OAuthClient
    secret: Secret


def available_scopes(actor: Actor) -> list[Permission]:
    """Return what a machine of this tenant can be allowed: what some role may do there, except to decide on access."""
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    possible = permissions_of(roles_for(actor.tenant_kind, grant_recipient=tenant.is_grant_recipient))
    return [permission for permission in Permission if permission in possible - NOT_FOR_MACHINES]


def register_client(actor: Actor, command: RegisterClient) -> RegisteredClient:
    """Register a machine client; raises `InvalidInputError` for scopes that do not exist for such a tenant."""
    actor.require(Permission.CLIENT_MANAGE)
    if not command.scopes or command.scopes - set(available_scopes(actor)):
        raise InvalidInputError(
            fields={"scopes": ["Wählen Sie mindestens eine der angebotenen Berechtigungen."]}
        )
    secret = Secret(secrets.token_urlsafe(32))
    client = OAuthClient(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        name=command.name,
        scopes=sorted(command.scopes),
        secret_hash=hash_secret(secret),
    )
    session = db.session()
    session.add(client)
    session.flush()  # the secret is shown only for a client that exists
    return RegisteredClient(client, secret)


def hash_secret(secret: str) -> bytes:
    """Return what the database knows of a client's secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
