"""OAuth 2.0 for machines: token endpoint, keys, metadata."""

from __future__ import annotations

from authlib.integrations.flask_oauth2 import AuthorizationServer
from flask import Blueprint, Flask, Response, current_app, jsonify

from kimhub.core.routing import public
from kimhub.identity.authenticate import init_authentication
from kimhub.identity.keys import current_keys
from kimhub.identity.oauth import init_authorization_server, token_response
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.register_client import NOT_FOR_MACHINES
from tenants import Permission

_SERVER = "kimhub.identity.oauth"
_KEYS_AGE = 300
"""Seconds for which others may keep the public keys."""


def init_app(app: Flask) -> None:
    """Register the endpoints, and bearer tokens for the API."""
    init_authentication(app)
    app.extensions[_SERVER] = init_authorization_server(app)
    oauth = Blueprint("oauth", __name__)
    oauth.add_url_rule("/oauth/token", view_func=token, methods=["POST"])
    oauth.add_url_rule("/oauth/jwks.json", view_func=jwks)
    oauth.add_url_rule("/.well-known/oauth-authorization-server", view_func=metadata)
    app.register_blueprint(oauth)


@public("a client proves itself with its secret here", transaction=False)
def token() -> Response:
    """Give an access token to a client (RFC 6749 §4.4, RFC 9068)."""
    server: AuthorizationServer = current_app.extensions[_SERVER]
    return token_response(server)


@public("public keys", transaction=False)
def jwks() -> Response:
    """Return the keys with which tokens can be verified (RFC 7517)."""
    return _cacheable(current_keys().public())


@public("tells clients where to get tokens", transaction=False)
def metadata() -> Response:
    """Return what this authorization server offers (RFC 8414)."""
    base = issuer()
    return _cacheable(
        {
            "issuer": base,
            "token_endpoint": f"{base}/oauth/token",
            "jwks_uri": f"{base}/oauth/jwks.json",
            "scopes_supported": [str(each) for each in Permission if each not in NOT_FOR_MACHINES],
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "service_documentation": f"{base}/api/v1/",
            "ui_locales_supported": ["de"],
        }
    )


def _cacheable(document: dict[str, object]) -> Response:
    response = jsonify(document)
    response.cache_control.public = True
    response.cache_control.max_age = _KEYS_AGE
    return response
