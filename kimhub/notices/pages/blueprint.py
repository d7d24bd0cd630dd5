"""What all pages of notices share: their blueprint, their addresses, the breadcrumb."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Crumb
from kimhub.notices.bodies import CONCERNED

pages = Blueprint("notices", "kimhub.notices", url_prefix="/t/<slug>/gremien", template_folder="templates")
reserve(pages, CONCERNED)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"notices.{endpoint}", **values)


def crumbs(*last: Crumb, own: bool) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the own notices or those that were received."""
    above = (
        Crumb("Eigene Unterrichtungen", page_url("given"))
        if own
        else Crumb("Unterrichtungen", page_url("received"))
    )
    return [Crumb("Heute", url_for("desk.today")), above, *last]
