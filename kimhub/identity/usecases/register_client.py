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
    if problem := _unfit(actor, command.scopes):
        raise InvalidInputError(fields={"scopes": [problem]})
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


def _unfit(actor: Actor, scopes: frozenset[Permission]) -> str | None:
    """Say what is wrong with the scopes, naming each that does not fit; None if nothing is."""
    if not scopes:
        return "Wählen Sie mindestens eine der angebotenen Berechtigungen."
    never = [scope for scope in Permission if scope in scopes & NOT_FOR_MACHINES]
    if never:
        return f"Über Zugänge entscheiden nur Menschen, kein Maschinenzugang darf: {_named(never)}."
    offered = available_scopes(actor)
    elsewhere = [scope for scope in Permission if scope in scopes - set(offered)]
    if elsewhere:
        return f"Diese Berechtigungen gibt es bei {actor.tenant_name} nicht: {_named(elsewhere)}."
    return None


def _named(scopes: list[Permission]) -> str:
    return ", ".join(f"{scope.label} ({scope})" for scope in scopes)


def hash_secret(secret: str) -> bytes:
    """Return what the database knows of a client's secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
