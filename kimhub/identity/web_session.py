"""The session id between browser and server."""

from __future__ import annotations

from flask import Flask, Response, g

from kimhub.identity import cookies
from kimhub.identity.cookies import Cookie

_FAILED = 400


def init_web_session(app: Flask) -> None:
    """Hand a new session id to the browser, unless the request failed and changed nothing."""

    @app.after_request
    def hand_over(response: Response) -> Response:
        if "session_token" in g and response.status_code < _FAILED:
            cookies.write(response, Cookie.SESSION, g.session_token)
            cookies.forget(response, Cookie.FORM)
        return response


def current_token() -> str | None:
    """Return the session id of this request: the new one if it was changed in it, else what the browser sent."""
    token: str | None = g.get("session_token") or cookies.read(Cookie.SESSION)
    return token


def adopt(token: str) -> None:
    """Go on under this session id, from the page that is being made on."""
    g.session_token = token
