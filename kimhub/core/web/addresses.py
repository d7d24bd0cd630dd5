"""Addresses that stand on every page, built once per process.

To build an address takes the router as long as drawing a table's row does, and a page has thirty that are always the
same: its areas, its assets, the account. What changes with the row stays with `tables.Address`.

A link that not everybody can follow is made by `open_url`: where the person would be refused, there is no address.
"""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from kimhub.core.routing import admitted, current_actor

_KEPT = "kimhub.addresses"
MOST = 20_000
"""So many are remembered: those of each tenant's navigation. Then it begins anew."""


def known_url(endpoint: str, **values: Any) -> str:
    """Return the same as `url_for`, remembered; for addresses of which there are few."""
    kept: dict[object, str] = current_app.extensions.setdefault(_KEPT, {})
    key = (request.script_root, endpoint, *values.items())
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST:
            kept.clear()
        found = kept[key] = url_for(endpoint, **values)
    return found


def open_url(endpoint: str, **values: Any) -> str | None:
    """Return the address of a page, None where who acts may not use it by role or body."""
    return url_for(endpoint, **values) if admitted(endpoint, current_actor()) else None
