"""What all pages of meetings share: their blueprint, their addresses, the breadcrumb, words for a state."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, url_for

from kimhub.core import clock
from kimhub.core.routing import current_actor, reserve
from kimhub.core.web.view import Badge, Crumb, Tone
from kimhub.meetings.queries import is_keeper
from tenants import COMMUNES

pages = Blueprint("meetings", "kimhub.meetings", url_prefix="/t/<slug>/gremien", template_folder="templates")
reserve(pages, COMMUNES)

HELD = Badge("stattgefunden")
_TODAY, _PLANNED = Badge("heute", Tone.INFO), Badge("geplant", Tone.INFO)
_OFF = Badge("abgesagt", Tone.WARNING)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"meetings.{endpoint}", **values)


def crumbs(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the list of meetings."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Sitzungen", page_url("listing")), *last]


def paper_crumbs(*last: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the list of papers."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Vorlagen", page_url("papers")), *last]


def state_of(day: date, cancelled_on: date | None) -> Badge:
    """Return how it stands with a meeting."""
    if cancelled_on is not None:
        return _OFF
    today = clock.today()
    return HELD if day < today else _TODAY if day == today else _PLANNED


def reader_is_keeper() -> bool:
    """Tell whether the page is for somebody who reads papers that are not public."""
    return is_keeper(current_actor())
