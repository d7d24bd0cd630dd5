"""The list of requests: a Gemeinde's own, or those made to a Kreis."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from kimhub.core.fields.options import Option
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, SHARE, Address, ListColumn, badges
from kimhub.core.web.view import Action, Crumb, Empty
from kimhub.positions.criteria import missing_of
from kimhub.positions.pages.blueprint import crumbs, page_url, pages
from kimhub.positions.pages.presenting import state_badge
from kimhub.positions.queries import REQUESTS, Scope, scope_of
from kimhub.positions.workflow import WORKFLOW
from tenants import Permission, Tenant, db

_FILE = Address("positions.show", request_id="id")
_STATE = ChoiceFilter(
    "stand", "Stand", "states", [Option(name, label) for name, label in WORKFLOW.states.items()],
    all="Alle Stände", value=lambda state: [state],
)  # fmt: skip
_WHAT = (
    ListColumn("Anteil", "fte", SHARE, sort="fte"),
    ListColumn("Beginn", "starts_on", DAY, sort="start"),
)
_STAND = ListColumn("Stand", "state", badges(state_badge))
_RECEIVED = "Hier bitten die Gemeinden Ihres Kreises um eine zusätzliche Koordinierungsstelle."
_CONDITIONS = (
    "Eine zusätzliche Koordinierungsstelle können Gemeinden mit eigener Ausländerbehörde, eigenem Jugendamt und einem "
    "Integrationsrat oder Integrationsausschuss bei ihrem Kreis beantragen."
)


def _list(scope: Scope, columns: Sequence[ListColumn], looked_for: str, empty: Empty) -> ListPage:
    return ListPage(
        REQUESTS[scope],
        caption="Stellenanträge",
        columns=columns,
        filters=(WordFilter("suche", looked_for), _STATE),
        one="Stellenantrag",
        many="Stellenanträge",
        empty=empty,
        download_endpoint="positions.download_list",
    )


LISTS = {
    Scope.SHARED: _list(
        Scope.SHARED,
        (
            ListColumn("Gemeinde", "gemeinde", url=_FILE, sort="gemeinde"),
            ListColumn("Stelle", "function"),
            *_WHAT,
            ListColumn("Eingang", "at", DAY, sort="day"),
            _STAND,
        ),
        "Gemeinde oder Stelle",
        Empty(
            "Noch keine Stellenanträge eingegangen",
            "Hier stehen die Anträge Ihrer Gemeinden auf eine zusätzliche Koordinierungsstelle, sobald sie "
            "eingereicht sind.",
        ),
    ),
    Scope.OWN: _list(
        Scope.OWN,
        (
            ListColumn("Stelle", "function", url=_FILE),
            *_WHAT,
            ListColumn("Angelegt", "at", DAY, sort="day"),
            _STAND,
        ),
        "Stelle",
        Empty(
            "Noch kein Stellenantrag",
            "Hier steht, worum Ihre Kommune den Kreis gebeten hat, und was daraus geworden ist.",
        ),
    ),
}


@pages.get("")
@requires(Permission.REQUEST_READ)
def listing() -> str:
    """Show one page of the list, in the order and with the filters that the address names."""
    actor = current_actor()
    scope = scope_of(actor)
    intro, begin = _RECEIVED, []
    if scope is Scope.OWN:
        missing = missing_of(db.session().get_one(Tenant, actor.tenant_id))
        lacking = ", ".join(criterion.within for criterion in missing)
        intro = f"{_CONDITIONS} Nach den Stammdaten in KIMHub fehlt: {lacking}." if missing else _CONDITIONS
        begin = [
            Action("Dennoch einen Stellenantrag beginnen", page_url("new"), "secondary")
            if missing
            else Action("Stellenantrag beginnen", page_url("new"), symbol="add")
        ]
    return LISTS[scope].page(
        "Stellenanträge",
        crumbs=[*crumbs()[:-1], Crumb("Stellenanträge")],
        intro=intro,
        actions=begin if admitted("positions.new", actor) else [],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.REQUEST_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LISTS[scope_of(current_actor())].download(table_format)
