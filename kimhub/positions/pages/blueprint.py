"""What all pages of the request share: their blueprint, their addresses, the breadcrumb."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.web.view import Crumb
from kimhub.positions.queries import RequestFile

pages = Blueprint(
    "positions", "kimhub.positions", url_prefix="/t/<slug>/stellen/antraege", template_folder="templates"
)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"positions.{endpoint}", **values)


def area_crumbs() -> list[Crumb]:
    """Return the beginning of every breadcrumb: the desk, and the area."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Stellen", page_url("listing"))]


def crumbs(*last: str, file: RequestFile | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the request if there is one."""
    way = [*area_crumbs(), Crumb("Anträge", page_url("listing"))]
    if file is not None:
        way.append(Crumb(file.request.function, page_url("show", request_id=file.request.id)))
    return [*way, *(Crumb(label) for label in last)]
