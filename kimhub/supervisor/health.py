"""Does the web process of this machine answer?"""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from kimhub.core.settings import Settings

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 — read here, not bound


def health_status(settings: Settings) -> int:
    """Ask /healthz as somebody would who comes through the front door; 503 if nobody answers."""
    host = _EVERY_ADDRESS.get(settings.host, settings.host)
    headers = {"Host": urlsplit(settings.base_url).netloc, "Accept": "application/json"}
    connection = http.client.HTTPConnection(host, settings.port, timeout=3)
    try:
        connection.request("GET", "/healthz", headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return http.HTTPStatus.SERVICE_UNAVAILABLE
    finally:
        connection.close()
