"""The list of plans."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, WordFilter
from kimhub.core.web.tables import MOMENT, NUMBER, Address, ListColumn, RowChoice
from kimhub.core.web.view import Action, Crumb, Empty
from kimhub.planning.pages.blueprint import blueprint, way
from kimhub.planning.queries import PLANS
from tenants import Permission


def _put_away(row: RowMapping) -> str | None:
    return "abgelegt" if row["archived_at"] else None


LIST = ListPage(
    PLANS,
    caption="Finanzierungspläne",
    columns=(
        ListColumn("Titel", "title", url=Address("planning.show_plan", plan_id="id"), note=_put_away, sort="title"),
        ListColumn("Zuletzt geändert", "changed_at", MOMENT, sort="changed"),
        ListColumn("Fassung", "version", NUMBER),
    ),
    filters=(WordFilter("suche", "Titel"), AlsoFilter("abgelegte", "Abgelegte Pläne", "kept")),
    one="Plan",
    many="Pläne",
    empty=Empty(
        "Noch kein Finanzierungsplan",
        "Hier stehen die Pläne Ihrer Kommune. Beginnen Sie mit einem neuen Plan oder lesen Sie eine Plandatei ein.",
    ),
    download_endpoint="planning.download_plans",
    choice=RowChoice(
        "plan", "planning.compare", "Ausgewählte Pläne vergleichen",
        about=lambda row: f"{row['title']} vergleichen",
        when=lambda row: row["archived_at"] is None,
    ),
)  # fmt: skip


@blueprint.get("/plaene")
@requires(Permission.PLAN_READ)
def plans() -> str:
    """List the plans of the tenant."""
    may_write = current_actor().may(Permission.PLAN_WRITE)
    return LIST.page(
        "Finanzierungspläne",
        crumbs=way(Crumb("Finanzierungspläne")),
        intro="Ein Finanzierungsplan hält Stellen, Kosten und Zuwendung je Haushaltsjahr fest. Aus ihm folgen der "
        "Eigenanteil und die Finanzierungsübersicht für Rat und Ausschüsse.",
        actions=[
            Action("Neuer Plan", url_for("planning.new_plan")),
            Action("Plandatei einlesen", url_for("planning.import_plan"), "secondary"),
        ]
        if may_write
        else [],
    )


@blueprint.get("/plaene/liste.<table_format>")
@requires(Permission.PLAN_READ)
def download_plans(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)
