"""Who acts in this request: a person by cookie on pages, a machine client by bearer token in the API, never both."""

from __future__ import annotations

from flask import Flask, g, request

from kimhub.core.routing import ACCOUNTS, AUTHENTICATORS
from kimhub.identity import cookies
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import is_for_machines
from kimhub.identity.sessions import SignIn, open_session
from kimhub.identity.tokens import actor_of_bearer
from tenants import Actor


def init_authentication(app: Flask) -> None:
    """Tell the guard of all views whom to ask."""
    app.extensions[AUTHENTICATORS] = authenticate
    app.extensions[ACCOUNTS] = current_sign_in


def authenticate() -> Actor | None:
    """Return who acts. Asks the database once; an ended session, role, account or client counts at once."""
    if is_for_machines():
        return actor_of_bearer(request.headers.get("Authorization"), request_id=g.get("request_id", ""))
    sign_in = current_sign_in()
    return sign_in.actor(g.get("request_id", "")) if sign_in else None


def current_sign_in() -> SignIn | None:
    """Return who is signed in on this page, also before a tenant is chosen."""
    if "sign_in" not in g:
        token = None if is_for_machines() else cookies.read(Cookie.SESSION)
        g.sign_in = open_session(token) if token else None
    found: SignIn | None = g.sign_in
    return found
