"""What all pages of measures share: their blueprint, their addresses, the breadcrumb, the badges."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Badge, Crumb, Tone
from kimhub.measures.terms import MeasureState
from tenants import COMMUNES

pages = Blueprint(
    "measures", "kimhub.measures", url_prefix="/t/<slug>/gremien/massnahmen", template_folder="templates"
)
reserve(pages, COMMUNES)

TITLE = "Maßnahmen"
BADGES = {
    MeasureState.PROPOSED: Badge(MeasureState.PROPOSED.label),
    MeasureState.DECIDED: Badge(MeasureState.DECIDED.label),
    MeasureState.IN_PROGRESS: Badge(MeasureState.IN_PROGRESS.label),
    MeasureState.DONE: Badge(MeasureState.DONE.label, Tone.SUCCESS),
    MeasureState.DROPPED: Badge(MeasureState.DROPPED.label, Tone.WARNING),
}


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"measures.{endpoint}", **values)


def crumbs(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the list."""
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb(TITLE, page_url("listing") if last else None),
        *last,
    ]
