"""What the pages share: their blueprint, addresses, breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, url_for

from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, reserve
from kimhub.core.web.view import Crumb
from kimhub.drawdowns.standing_queries import Standing, standings
from tenants import GRANT_RECIPIENTS, db

T = TypeVar("T")

WHERE = "/<uuid:drawn_grant_id>/<int:year>/<int:baustein>"
"""The address of one Haushaltsjahr and Baustein of a grant."""

pages = Blueprint(
    "mittelabruf", "kimhub.drawdowns", url_prefix="/t/<slug>/mittel/mittelabruf", template_folder="templates"
)
reserve(pages, GRANT_RECIPIENTS)


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of this feature; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"mittelabruf.{endpoint}", **values)  # type: ignore[arg-type]


def standing_url(endpoint: str, one: Standing, **values: object) -> str:
    """Return the address of a page about one Haushaltsjahr and Baustein of a grant."""
    where = {"drawn_grant_id": one.grant_id, "year": one.year, "baustein": int(one.baustein)}
    return page_url(endpoint, **where, **values)


def load_standing(grant_id: UUID, year: int, baustein: int) -> Standing:
    """Return where it stands today; raises `NotFoundError`."""
    for one in standings(db.session(), current_actor().tenant_id, clock.today()):
        if one.key == (grant_id, year, baustein):
            return one
    raise NotFoundError


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`, or with the list itself."""
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Mittelabruf", page_url("listing") if below else None),
        *below,
    ]


def standing_crumbs(one: Standing, *below: Crumb) -> list[Crumb]:
    """Return the breadcrumb below one Haushaltsjahr and Baustein of a grant."""
    return crumbs(Crumb(name_of(one), standing_url("show", one) if below else None), *below)


def name_of(one: Standing) -> str:
    """Return how pages call it."""
    return f"{one.year}, {one.baustein.label}"
