"""What all pages of coverage share: their blueprints, their addresses, the breadcrumb."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Crumb
from kimhub.coverage.bodies import CONCERNED
from kimhub.occurrences.public import WITH_GEMEINDEN

pages = Blueprint(
    "coverage", "kimhub.coverage", url_prefix="/t/<slug>/gremien/stand", template_folder="templates"
)
of_kreis = Blueprint(
    "coverage_gemeinden", "kimhub.coverage.of_kreis", url_prefix="/t/<slug>/gremien/stand-gemeinden"
)
reserve(pages, CONCERNED)
reserve(of_kreis, WITH_GEMEINDEN)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"coverage.{endpoint}", **values)


def crumbs(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the list."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Unterrichtungsstand", page_url("overview")), *last]


def crumbs_of_kreis(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below what the Gemeinden were told."""
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Stand der Gemeinden", url_for("coverage_gemeinden.elsewhere")),
        *last,
    ]
