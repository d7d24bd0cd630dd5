"""The cookies of the sign-in: three, all technically necessary, none readable by scripts.

Over https they carry the prefix ``__Host-``, which binds them to exactly this host and to TLS (RFC 6265bis §4.1.3.2).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from flask import Response, current_app, request

from kimhub.core.settings import Settings


class Cookie(StrEnum):
    """The cookies by name, without the prefix."""

    SESSION = "sid"
    """256 random bits that name the sign-in session; gone when the browser is closed."""
    FORM = "form"
    """Random bits to which the forms of somebody who is not signed in are bound."""
    BROWSER = "browser"
    """The mark of a browser in which this account has signed in before (see brake.py)."""


KEPT = {Cookie.BROWSER: timedelta(days=180)}


def read(cookie: Cookie) -> str | None:
    """Return what the browser sent, None for nothing; longer values than ours are nothing."""
    value = request.cookies.get(_name(cookie))
    return value if value and len(value) <= 200 else None


def write(response: Response, cookie: Cookie, value: str) -> None:
    """Set a cookie on the answer."""
    response.set_cookie(
        _name(cookie),
        value,
        max_age=KEPT.get(cookie),
        secure=_secure(),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def forget(response: Response, cookie: Cookie) -> None:
    """Delete a cookie."""
    response.delete_cookie(_name(cookie), secure=_secure(), httponly=True, samesite="Lax", path="/")


def _secure() -> bool:
    settings: Settings = current_app.extensions["kimhub.settings"]
    return settings.secure_cookies


def _name(cookie: Cookie) -> str:
    return f"__Host-{cookie}" if _secure() else str(cookie)
