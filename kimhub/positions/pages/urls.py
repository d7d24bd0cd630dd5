"""Addresses of the pages; the tenant's slug is filled in by the application."""

from __future__ import annotations

from typing import Any

from flask import url_for


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature."""
    return url_for(f"positions.{endpoint}", **values)
