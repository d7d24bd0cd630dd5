"""The authorization server for machine clients: Authlib speaks RFC 6749, tokens.py makes the tokens.

One grant (client credentials) and one way to prove oneself (client_secret_basic: the secret never stands in an
address or a body). An unknown client, an ended one and a wrong secret get the same answer.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.errors import InsecureTransportError as AuthlibInsecureTransportError
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.models import ClientMixin
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from flask import Flask, Response, request

from kimhub.core.errors import KimhubError
from kimhub.identity import brake, gate
from kimhub.identity.seals import same
from kimhub.identity.tokens import LIFETIME, issue_token
from kimhub.identity.usecases.register_client import hash_secret

_log = structlog.get_logger("kimhub.identity")


class InsecureTransportError(KimhubError):
    """A secret was sent over http."""

    status = 400
    code = "insecure-transport"
    title = "Die Verbindung ist nicht verschlüsselt"


class Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """A registered client as Authlib wants to ask it."""

    def __init__(self, client_id: UUID, tenant_slug: str, scopes: list[str], secret_hash: bytes) -> None:
        self.client_id = client_id
        self.tenant_slug = tenant_slug
        self.scopes = scopes
        self.secret_hash = secret_hash

    def get_client_id(self) -> str:
        """Return the id as text."""
        return str(self.client_id)

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """Return the scopes of the token: all of the client's unless fewer were asked for.

        None (invalid_scope) if one was asked for that the client does not have: a machine should learn at once
        that it may not do something, not when it tries.
        """
        wanted = (scope or "").split()
        return None if set(wanted) - set(self.scopes) else " ".join(sorted(set(wanted or self.scopes)))

    def check_client_secret(self, client_secret: str) -> bool:
        """Compare in constant time."""
        return same(self.secret_hash, hash_secret(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Allow HTTP Basic at the token endpoint only."""
        return method == "client_secret_basic" and endpoint == "token"

    def check_grant_type(self, grant_type: str) -> bool:
        """Allow client credentials only."""
        return grant_type == "client_credentials"


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]  # Authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)


class _TokenGenerator(BearerTokenGenerator):  # type: ignore[misc]  # Authlib has no types
    def __init__(self) -> None:
        super().__init__(_access_token, expires_generator=int(LIFETIME.total_seconds()))


def init_authorization_server(app: Flask) -> AuthorizationServer:
    """Return the server of `app`."""
    server = AuthorizationServer(app, query_client=_client, save_token=_not_saved)
    server.register_token_generator("default", _TokenGenerator())
    server.register_grant(_Grant)
    return server


def token_response(server: AuthorizationServer) -> Response:
    """Answer a token request; raises `TooManyRequestsError` while the brake is on for this network.

    Raises `InsecureTransportError` where the secret came without TLS (RFC 6749 §3.2).
    """
    with brake.attempt_client_sign_in(request.remote_addr) as attempt:
        try:
            response: Response = server.create_token_response()
        except AuthlibInsecureTransportError as error:
            raise InsecureTransportError(
                "Zugriffstoken gibt es nur über https. Kam die Anfrage so an, meldet der Webserver davor es nicht "
                "weiter (X-Forwarded-Proto)."
            ) from error
        if response.status_code != HTTPStatus.UNAUTHORIZED:
            attempt.succeeded()
        return response


def _access_token(client: Client, grant_type: str, user: object, scope: str) -> str:  # noqa: ARG001 - Authlib's
    _log.info("token_issued", client_id=client.get_client_id())
    return issue_token(client.client_id, client.tenant_slug, scope)


def _client(client_id: str) -> Client:
    """Return the client; for an unknown id one whose secret nobody has, so that the answer is the same."""
    try:
        wanted = UUID(client_id)
    except ValueError:
        wanted = UUID(int=0)
    row = gate.ask(gate.OAUTH_CLIENT, client_id=wanted)
    if row is None:
        _log.warning("unknown_client")
        return Client(wanted, "", [], bytes(32))
    return Client(row.client_id, row.tenant_slug, list(row.scopes), bytes(row.secret_hash))


def _not_saved(token: dict[str, Any], request: Any) -> None:
    """Tokens are not stored: whether one counts is asked from the client's row at each request."""
