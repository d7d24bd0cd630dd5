"""What all pages of the request share: their blueprint, their addresses, the breadcrumb."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Crumb
from kimhub.positions.bodies import CONCERNED
from kimhub.positions.queries import RequestFile

pages = Blueprint(
    "positions", "kimhub.positions", url_prefix="/t/<slug>/stellen/antraege", template_folder="templates"
)
reserve(pages, CONCERNED)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"positions.{endpoint}", **values)


def crumbs(*last: str, file: RequestFile | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the request if there is one."""
    way = [Crumb("Heute", url_for("desk.today")), Crumb("Stellenanträge", page_url("listing"))]
    if file is not None:
        way.append(Crumb(file.request.function, page_url("show", request_id=file.request.id)))
    return [*way, *(Crumb(label) for label in last)]
