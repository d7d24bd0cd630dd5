"""Naming the state that a change is made on, as a client of the API does."""

from __future__ import annotations

from flask.testing import FlaskClient


def seen(client: FlaskClient, address: str) -> dict[str, str]:
    """Return the header that names the present state of what lies at `address`; any state if there is nothing."""
    return {"If-Match": client.get(address).headers.get("ETag", '"nothing to see"')}
