"""What the pages share: their blueprint, the breadcrumb, how a stored distribution is opened."""

from __future__ import annotations

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Badge, Crumb, Tone
from kimhub.distributions.models import StoredDistribution
from tenants import GRANT_RECIPIENTS

pages = Blueprint(
    "distributions",
    "kimhub.distributions",
    url_prefix="/t/<slug>/mittel/verteilungen",
    template_folder="templates",
)
reserve(pages, GRANT_RECIPIENTS)


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of this feature; the tenant is the actor's."""
    return url_for(f"distributions.{endpoint}", **values)  # type: ignore[arg-type]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`, or with the list itself."""
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Verteilungen", page_url("listing") if below else None),
        *below,
    ]


def file_crumbs(stored: StoredDistribution, *below: Crumb) -> list[Crumb]:
    """Return the breadcrumb of a page below a distribution."""
    here = page_url("show", distribution_id=stored.id) if below else None
    return crumbs(Crumb(stored.title, here), *below)


def state_of(made: int, issued: int) -> Badge:
    """Return where a distribution stands: nothing came of it yet, drafts, or issued allocations."""
    if not made:
        return Badge("in Vorbereitung", Tone.INFO)
    if issued < made:
        return Badge("Entwürfe angelegt", Tone.WARNING)
    return Badge("erteilt", Tone.SUCCESS)
