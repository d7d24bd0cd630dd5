"""Who acts in this request: a person by cookie on pages, a machine client by bearer token in the API, never both.

A file is read only from whom we know: that of somebody who is not signed in would be taken apart for nothing.
"""

from __future__ import annotations

from flask import Flask, g, request

from kimhub.core import routing
from kimhub.core.errors import KimhubError
from kimhub.core.request import LARGEST_TEXT, WITH_FILES
from kimhub.core.routing import ACCOUNTS, AUTHENTICATORS
from kimhub.identity import cookies
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import is_for_machines
from kimhub.identity.sessions import SignIn, open_session
from kimhub.identity.tokens import actor_of_bearer
from tenants import Actor


class StrangersFileError(KimhubError):
    """A large body came from nobody we know; it was not read."""

    status = 401
    code = "sign-in-first"
    title = "Bitte melden Sie sich an"

    def __init__(self) -> None:
        super().__init__(
            "Dateien nimmt KIMHub nur von angemeldeten Personen an. Vielleicht ist Ihre Anmeldung abgelaufen: "
            "Melden Sie sich an und senden Sie die Datei noch einmal."
        )


def init_authentication(app: Flask) -> None:
    """Tell the guard of all views whom to ask."""
    app.extensions[AUTHENTICATORS] = authenticate
    app.extensions[ACCOUNTS] = current_sign_in


def init_strangers_files(app: Flask) -> None:
    """Refuse files of strangers by their header; before anything that reads a form."""
    app.before_request(_refuse_strangers_files)


def _refuse_strangers_files() -> None:
    length = request.content_length  # None: nobody says how long it is
    if request.mimetype != WITH_FILES or (length is not None and length <= LARGEST_TEXT):
        return
    if request.endpoint and routing.authenticate() is None and current_sign_in() is None:
        raise StrangersFileError


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
