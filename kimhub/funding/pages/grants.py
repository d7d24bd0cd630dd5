"""The list of Zuwendungen."""

from __future__ import annotations

from flask import Response

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import EURO, Address, ListColumn, PeriodColumn, badges
from kimhub.core.web.view import Action, Badge, Crumb, Empty, Tone
from kimhub.funding.models import GrantKind
from kimhub.funding.pages.blueprint import crumbs, page_url, pages
from kimhub.funding.queries import GRANTS
from tenants import PAID_BY_THE_LAND, Permission

_DRAFT, _IN_FORCE = Badge("Entwurf"), Badge("erfasst", Tone.SUCCESS)
LIST = ListPage(
    GRANTS,
    caption="Zuwendungen",
    columns=(
        ListColumn("Zuwendung", "title", url=Address("funding.show_grant", grant_id="id"), sort="title"),
        ListColumn("Bewilligt von", "granted_by"),
        PeriodColumn("Bewilligungszeitraum", "period_from", until="period_to", sort="period"),
        ListColumn("Art", lambda row: GrantKind(row["kind"]).label),
        ListColumn("Stand", "current_version", badges(lambda version: _IN_FORCE if version else _DRAFT)),
        ListColumn("Bewilligt", "funded", EURO, sort="funded", total=True),
    ),
    one="Zuwendung",
    many="Zuwendungen",
    empty=Empty(
        "Noch keine Zuwendung",
        "Hier steht jeder Zuwendungsbescheid mit seinen Beträgen je Haushaltsjahr und Zweck. Aus einer erfassten "
        "Zuwendung können Sie Mittel weiterleiten.",
    ),
    usual="period",
    download_endpoint="funding.download_grants",
)


@pages.get("/zuwendungen")
@requires(Permission.FUNDING_READ, bodies=PAID_BY_THE_LAND)
def grant_list() -> str:
    """List the tenant's grants, the latest Bewilligungszeitraum first."""
    may_write = current_actor().may(Permission.FUNDING_WRITE)
    return LIST.page(
        "Zuwendungen",
        crumbs=crumbs(Crumb("Zuwendungen")),
        intro="Hier stehen die Bescheide und Pauschalen, aus denen Ihre Kommune das Kommunale Integrationsmanagement "
        "bezahlt.",
        actions=[Action("Zuwendung erfassen", page_url("begin_grant"))] if may_write else [],
    )


@pages.get("/zuwendungen/liste.<table_format>")
@requires(Permission.FUNDING_READ, bodies=PAID_BY_THE_LAND)
def download_grants(table_format: str) -> Response:
    """Send every row of the list as XLSX or CSV."""
    return LIST.download(table_format)
