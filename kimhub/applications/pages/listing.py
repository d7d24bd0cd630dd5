"""The list of applications."""

from __future__ import annotations

from flask import Response
from sqlalchemy import RowMapping

from kimhub.applications.pages import presenting
from kimhub.applications.pages.blueprint import crumbs, page_url, pages
from kimhub.applications.queries import APPLICATIONS, ApplicationState
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter
from kimhub.core.web.tables import DAY, WORD, Address, ListColumn, PeriodColumn, badges
from kimhub.core.web.view import Action, Crumb, Empty
from tenants import Permission


def _put_away(row: RowMapping) -> str | None:
    return "abgelegt" if row["archived_at"] else None


LIST = ListPage(
    APPLICATIONS,
    caption="Förderanträge",
    columns=(
        ListColumn(
            "Titel", "title", url=Address("applications.show", application_id="id"), note=_put_away, sort="title"
        ),
        PeriodColumn("Bewilligungszeitraum", "starts_on", until="ends_on", sort="period"),
        ListColumn("Abgesandt", "submitted_on", DAY),
        ListColumn("Aktenzeichen", "reference", WORD),
        ListColumn("Stand", "state", badges(presenting.state_badge)),
    ),
    filters=(
        ChoiceFilter(
            "stand", "Stand", "state", [Option(state.value, state.label) for state in ApplicationState],
            all="Alle Stände",
        ),
        AlsoFilter("abgelegte", "Abgelegte Förderanträge", "kept"),
    ),
    one="Förderantrag",
    many="Förderanträge",
    empty=Empty(
        "Noch kein Förderantrag",
        "Hier stehen die Förderanträge Ihrer Kommune an die Bezirksregierung mit Förderskizze und Finanzierungsplan. "
        "Am schnellsten beginnen Sie aus einem Finanzierungsplan.",
    ),
    usual="period",
    download_endpoint="applications.download_list",
)  # fmt: skip


@pages.get("")
@requires(Permission.FUNDING_READ)
def listing() -> str:
    """List the applications of the tenant, the latest Bewilligungszeitraum first."""
    begin = [Action("Förderantrag beginnen", page_url("new"), symbol="add")]
    return LIST.page(
        "Förderanträge",
        crumbs=[*crumbs()[:-1], Crumb("Förderanträge")],
        actions=begin if current_actor().may(Permission.FUNDING_WRITE) else [],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)
