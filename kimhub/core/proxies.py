"""From where a request comes: what the web servers in front say counts, as far as the operator has named them.

`KIMHUB_PROXY_HOPS` is their number. With 0 nobody is believed, so behind a web server that was forgotten in the
settings every request seems to come from that server's machine: what is open to this machine alone must not be open to
them, and the operator is told.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""Headers that a web server in front adds; one of them suffices to know that there is one."""

_log = structlog.get_logger("kimhub.proxies")
_PART = 256 * 1024


class WholeBody:
    """Reads what the application has left of a request's body before the answer goes out.

    Whoever may not send a file is told so without reading it. Then the connection ends while the web server in front
    still sends, and it may see that before it sees the answer: people would read that KIMHub cannot be reached. Only
    for requests from a web server that has the whole body already (deploy/nginx): from others it would be waiting.
    Bodies above `most` bytes are left alone; no web server in front should let them pass.
    """

    def __init__(self, app: WSGIApplication, most: int) -> None:
        self._app = app
        self._most = most

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and read on to the end."""
        answer = self._app(environ, start_response)
        length = environ.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) <= self._most:
            with suppress(OSError, ValueError):  # it broke off, or is closed: there is nothing left
                while environ["wsgi.input"].read(_PART):
                    pass
        return answer


def init_proxies(app: Flask, hops: int) -> None:
    """Believe as many web servers in front as the settings name; say once if there seems to be one too many."""
    if hops:
        believing = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = WholeBody(believing, app.config["MAX_CONTENT_LENGTH"])  # type: ignore[method-assign]
        return
    told: list[Any] = []

    @app.before_request
    def tell_once() -> None:
        if not told and was_forwarded():
            told.append(True)
            _log.warning(
                "proxy_hops_missing", cure="set KIMHUB_PROXY_HOPS to the number of web servers in front"
            )


def was_forwarded() -> bool:
    """Tell whether a web server in front has passed the request on (or somebody pretends so)."""
    return any(name in request.headers for name in FORWARDING)


def is_from_this_machine() -> bool:
    """Tell whether a program on this machine asks, directly: not through a web server, whatever that one says."""
    if was_forwarded() or request.remote_addr is None:
        return False
    try:
        return ipaddress.ip_address(request.remote_addr).is_loopback
    except ValueError:  # a socket of the file system has no address
        return False
