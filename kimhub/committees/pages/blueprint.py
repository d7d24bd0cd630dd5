"""What all pages of committees share: their blueprint, their addresses, the breadcrumb."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Crumb
from tenants import COMMUNES

pages = Blueprint(
    "committees", "kimhub.committees", url_prefix="/t/<slug>/gremien/verzeichnis", template_folder="templates"
)
reserve(pages, COMMUNES)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"committees.{endpoint}", **values)


def crumbs(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the directory."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Alle Gremien", page_url("directory")), *last]
