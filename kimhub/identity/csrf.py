"""No other site may make a browser change something here: two independent checks (ASVS 5.0 3.5.1).

1. Where the request comes from: ``Sec-Fetch-Site: same-origin``, or, from a browser that does not send it, an
   ``Origin`` that is this host.
2. A token that only a page of this session can hold: in the form field ``csrf_token`` or the header
   ``X-CSRF-Token``. It is sealed over the session's cookie, or over a cookie of its own before the sign-in, and
   differs from page to page, so that compressed answers tell nothing about it.

The API and the token endpoint are exempt because they never look at a cookie (`is_for_machines`).
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, request

from kimhub.core.errors import KimhubError
from kimhub.core.settings import Settings
from kimhub.identity import cookies
from kimhub.identity.cookies import Cookie
from kimhub.identity.seals import same, seal
from kimhub.identity.web_session import current_token

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MACHINE_PATHS = ("/api/", "/oauth/")


class ForeignRequestError(KimhubError):
    """The request does not come from a page of this session."""

    status = 403
    code = "foreign-request"
    title = "Die Anfrage konnte nicht bestätigt werden"


def init_csrf(app: Flask) -> None:
    """Check every request that can change something, and offer ``csrf_token()`` to the templates."""
    app.before_request(_check)
    app.after_request(_keep_form_cookie)
    app.jinja_env.globals["csrf_token"] = csrf_token


def is_for_machines() -> bool:
    """Tell whether this request is answered by bearer token alone; there no cookie counts."""
    return request.path.startswith(_MACHINE_PATHS)


def csrf_token() -> str:
    """Return a token for all forms and headers of the page that is being made."""
    holder = _holder()
    if holder is None:
        holder = g.form_cookie = secrets.token_urlsafe(32)
    if "csrf_token" not in g or g.csrf_token[0] != holder:  # signing in changes who holds the page
        g.csrf_token = (holder, sealed_for(holder))
    token: str = g.csrf_token[1]
    return token


def sealed_for(holder: str) -> str:
    """Return a fresh token for whoever holds this cookie."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_sealed(holder, nonce)}"


def _check() -> None:
    if request.method in SAFE_METHODS or request.endpoint is None or is_for_machines():
        return
    if not _comes_from_here():
        raise ForeignRequestError(
            "Die Anfrage kam nicht von einer Seite dieses Portals. Öffnen Sie die Seite hier neu und senden Sie das "
            "Formular noch einmal."
        )
    nonce, _, given = (request.headers.get(HEADER) or request.form.get(FIELD) or "").partition(".")
    holder = _holder()
    if holder is None or not same(_sealed(holder, nonce).encode(), given.encode()):
        raise ForeignRequestError(
            "Die Seite ist nicht mehr aktuell. Vielleicht haben Sie sich inzwischen ab- oder neu angemeldet. Gehen Sie "
            "zurück, laden Sie die Seite neu und senden Sie das Formular noch einmal."
        )


def _comes_from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    settings: Settings = current_app.extensions["kimhub.settings"]
    return request.headers.get("Origin") in {settings.base_url, request.host_url.rstrip("/")}


def _holder() -> str | None:
    """Return what the token is bound to: the session, else the cookie for forms before the sign-in."""
    return current_token() or cookies.read(Cookie.FORM) or g.get("form_cookie")


def _sealed(holder: str, nonce: str) -> str:
    return seal("csrf", holder, nonce).hex()


def _keep_form_cookie(response: Response) -> Response:
    if "form_cookie" in g:
        cookies.write(response, Cookie.FORM, g.form_cookie)
    return response
