"""Access tokens of machine clients: JWT per RFC 9068, signed with ES256, valid for five minutes.

A token says which client it was given to and for which scopes; what it says is remembered once it was checked. Who that
client is *now*, for which tenant it works and what it may do, is asked from the database at every request: an ended
client is refused at once, and a tenant named in a token counts for nothing unless it is the client's own.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from kimhub.core import clock
from kimhub.core.errors import NotSignedInError
from kimhub.core.settings import Settings
from kimhub.identity import gate
from kimhub.identity.keys import ALGORITHM, Keys, current_keys
from kimhub.identity.verified_tokens import Claims
from tenants import Actor, ActorKind, Permission, TenantKind, traits_of

LIFETIME = timedelta(minutes=5)
LEEWAY = 5
"""Seconds by which the clocks of two replicas may differ."""
_TYPES = frozenset({"at+jwt", "application/at+jwt"})
_HEADER = frozenset({"alg", "typ", "kid"})
"""Nothing else may stand in a header: no key brought along, no extension to understand."""
_TENANT = "tenant"


class InvalidTokenError(NotSignedInError):
    """A token was sent that does not count (RFC 6750 §3.1: invalid_token)."""

    code = "invalid-token"
    title = "Zugriffstoken ungültig"

    def __init__(self) -> None:
        super().__init__(
            "Das Zugriffstoken ist abgelaufen oder ungültig. Fordern Sie bei /oauth/token ein neues an."
        )


def issuer() -> str:
    """Return who issues the tokens: the address of this installation."""
    settings: Settings = current_app.extensions["kimhub.settings"]
    return settings.base_url


def audience() -> str:
    """Return whom the tokens are for: the API of this installation."""
    return f"{issuer()}/api"


def issue_token(client_id: UUID, tenant_slug: str, scopes: str) -> str:
    """Return a signed token for this client; `scopes` separated by spaces."""
    moment = clock.now()
    key = current_keys().signing
    return jwt.encode(
        {"alg": ALGORITHM, "typ": "at+jwt", "kid": key.kid},
        {
            "iss": issuer(),
            "aud": audience(),
            "sub": str(client_id),
            "client_id": str(client_id),
            _TENANT: tenant_slug,
            "scope": scopes,
            "iat": int(moment.timestamp()),
            "exp": int((moment + LIFETIME).timestamp()),
            "jti": secrets.token_urlsafe(16),
        },
        key,
        algorithms=[ALGORITHM],
    )


def read_token(token: str) -> Claims:
    """Return what a token says; raises `InvalidTokenError` unless RFC 9068 §4 holds for it in full.

    What was checked once is remembered until it expires (`VerifiedTokens`).
    """
    keys, moment = current_keys(), int(clock.now().timestamp())
    claims = keys.verified.find(token, moment - LEEWAY)
    if claims is None:
        claims = _checked(token, keys, moment)
        keys.verified.keep(token, claims)
    return claims


def _checked(token: str, keys: Keys, moment: int) -> Claims:
    try:
        decoded = jwt.decode(token, keys.all, algorithms=[ALGORITHM])
        if set(decoded.header) != _HEADER or str(decoded.header["typ"]).lower() not in _TYPES:
            raise InvalidTokenError
        JWTClaimsRegistry(
            now=moment,
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer()},
            aud={"essential": True, "value": audience()},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            jti={"essential": True},
            client_id={"essential": True},
            scope={"essential": True},
            tenant={"essential": True},
        ).validate(decoded.claims)
        subject, client, tenant, scope = (
            decoded.claims[name] for name in ("sub", "client_id", _TENANT, "scope")
        )
        if subject != client or not all(isinstance(value, str) for value in (client, tenant, scope)):
            raise InvalidTokenError
        return Claims(UUID(client), tenant, frozenset(scope.split()), int(decoded.claims["exp"]))
    except (JoseError, ValueError) as error:
        raise InvalidTokenError from error


def actor_of_bearer(authorization: str | None, *, request_id: str = "") -> Actor | None:
    """Return the machine client of an ``Authorization`` header; None without one.

    Raises `InvalidTokenError` for anything else than a valid bearer token of a client that exists.
    """
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidTokenError
    claims = read_token(token.strip())
    client = gate.ask(gate.OAUTH_CLIENT, client_id=claims.client_id)
    if client is None or client.tenant_slug != claims.tenant:
        raise InvalidTokenError
    return Actor(
        tenant_id=client.tenant_id,
        tenant_slug=client.tenant_slug,
        tenant_name=client.tenant_name,
        tenant_kind=TenantKind(client.tenant_kind),
        tenant_traits=traits_of(client),
        kind=ActorKind.CLIENT,
        permissions=frozenset(p for p in Permission if p in claims.scopes and p in client.scopes),
        label="Schnittstelle",
        subject=client.client_id,
        display_name=client.name,
        request_id=request_id,
    )
