"""What all pages of releases share: their blueprint, their addresses, the breadcrumb, the badges."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.core.web.view import Badge, Crumb, Tone
from kimhub.releases.queries import State

pages = Blueprint("releases", "kimhub.releases", url_prefix="/t/<slug>/gremien", template_folder="templates")

STATES = {
    State.CURRENT: Badge(State.CURRENT.label),
    State.SUPERSEDED: Badge(State.SUPERSEDED.label, Tone.INFO),
    State.WITHDRAWN: Badge(State.WITHDRAWN.label, Tone.WARNING),
}


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"releases.{endpoint}", **values)


def crumbs(*last: Crumb, own: bool) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below what the own Kreis gave or what was received."""
    above = (
        Crumb("Freigaben an Gemeinden", page_url("given"))
        if own
        else Crumb("Vom Kreis freigegeben", page_url("received"))
    )
    return [Crumb("Heute", url_for("desk.today")), above, *last]
