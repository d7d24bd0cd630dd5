"""What all pages of the request share: their blueprint, the breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from flask import Blueprint, url_for

from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import RequestFile

__all__ = ["area_crumbs", "crumbs", "pages", "status_of", "try_with"]

pages = Blueprint(
    "positions", "kimhub.positions", url_prefix="/t/<slug>/stellen/antraege", template_folder="templates"
)


def area_crumbs() -> list[Crumb]:
    """Return the beginning of every breadcrumb: the desk, and the area."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Stellen", page_url("listing"))]


def crumbs(*last: str, file: RequestFile | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the request if there is one."""
    way = [*area_crumbs(), Crumb("Anträge", page_url("listing"))]
    if file is not None:
        way.append(Crumb(file.request.function, page_url("show", request_id=file.request.id)))
    return [*way, *(Crumb(label) for label in last)]
