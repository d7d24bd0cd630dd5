"""From where a request comes: what the web servers in front say counts, as far as the operator has named them.

`KIMHUB_PROXY_HOPS` is their number. With 0 nobody is believed, so behind a web server that was forgotten in the
settings every request seems to come from that server's machine: what is open to this machine alone must not be open to
them, and the operator is told.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import structlog
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""Headers that a web server in front adds; one of them suffices to know that there is one."""

_log = structlog.get_logger("kimhub.proxies")


def init_proxies(app: Flask, hops: int) -> None:
    """Believe as many web servers in front as the settings name; say once if there seems to be one too many."""
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
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
