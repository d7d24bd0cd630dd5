"""The lists of Weiterleitungen: given, received, and passed on further by those who received; also as files."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, request
from sqlalchemy import RowMapping

from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.addresses import open_url
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, EURO, SHARE, WORD, YEARS, Address, ListColumn, RowChoice, badges
from kimhub.core.web.view import Action, Empty, NavigationEntry
from kimhub.funding.pages.allocation_presenting import allocation_crumbs, state_badge
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import ALLOCATIONS, Scope, allocated_years, funds
from kimhub.funding.workflow import WORKFLOW, State
from tenants import GRANT_RECIPIENTS, Actor, Permission, TenantKind, db

_TABS = {
    "gegeben": (Scope.GIVEN, "Weitergeleitet"),
    "erhalten": (Scope.RECEIVED, "Erhalten"),
    "darunter": (Scope.BELOW, "Von Empfängern weitergeleitet"),
}
_BY_KIND = {
    TenantKind.KREIS: ("gegeben", "darunter"),
    TenantKind.KREISFREIE_STADT: ("gegeben",),
    TenantKind.GEMEINDE: ("gegeben", "erhalten", "darunter"),
}
"""Only Gemeinden receive from another commune, and only from their own Kreis or each other (fachlichkeit.md §4)."""
_FILE = Address("funding.show_allocation", allocation_id="id")
_STATES = {
    Scope.GIVEN: tuple(State),
    Scope.RECEIVED: tuple(state for state in State if state is not State.DRAFT),
    Scope.BELOW: (State.ISSUED, State.ENDED),
}
"""Where allocations of a list can stand: drafts are one's own, answers are the sides'."""
_BEGIN = "Neue Weiterleitung"
_OTHERS = "Stellen aus dem Adressbuch sehen das Portal nicht und erfahren davon auf dem bisherigen Weg."
_WHO_ANSWERS = {
    TenantKind.KREIS: f"Gemeinden, in denen jemand die Rolle hat, bestätigen den Erhalt selbst. {_OTHERS}",
    TenantKind.KREISFREIE_STADT: _OTHERS,
    TenantKind.GEMEINDE: f"Andere Gemeinden, in denen jemand die Rolle hat, bestätigen den Erhalt selbst. {_OTHERS}",
}


def _who_confirms(row: RowMapping) -> str:
    """Say whether the recipient confirms in KIMHub; of whom one has issued nothing yet, nobody is told more."""
    if not row["takes_part"]:
        return "nimmt nicht teil"
    if row["confirms"]:
        return "bestätigt selbst"
    return "nimmt teil" if row["state"] == State.DRAFT else "niemand hat die Rolle"


def _list(scope: Scope, persons: Sequence[ListColumn], looked_for: str, usual: str, empty: Empty) -> ListPage:
    return ListPage(
        ALLOCATIONS[scope],
        caption="Weiterleitungen",
        columns=(
            *persons,
            ListColumn("Weiterleitung", "title"),
            ListColumn("Jahre", "years", YEARS, sort="year"),
            ListColumn("Stellen", "fte", SHARE),
            ListColumn("Betrag", "amount", EURO, sort="amount", total=True),
            ListColumn("Datum", "at", DAY, sort="day"),
            ListColumn("Stand", "state", badges(lambda state: state_badge(State(state)))),
        ),
        filters=(
            WordFilter("suche", looked_for),
            ChoiceFilter("jahr", "Haushaltsjahr", "year", value=int),
            ChoiceFilter(
                "stand", "Stand", "states", [Option(state, WORKFLOW.states[state]) for state in _STATES[scope]],
                all="Alle Stände", value=lambda state: [state],
            ),
        ),
        one="Weiterleitung",
        many="Weiterleitungen",
        empty=empty,
        usual=usual,
        download_endpoint="funding.download_allocations",
        choice=RowChoice(
            "id", "funding.issue", "Ausgewählte Entwürfe prüfen und erteilen",
            about=lambda row: f"Entwurf auswählen: {row['title']}, {row['recipient']}",
            when=lambda row: row["state"] == State.DRAFT,
            permission=Permission.FUNDING_WRITE,
        )
        if scope is Scope.GIVEN
        else None,
    )  # fmt: skip


LISTS = {
    Scope.GIVEN: _list(
        Scope.GIVEN,
        (
            ListColumn("Empfängerin", "recipient", url=_FILE, sort="recipient"),
            ListColumn("In KIMHub", _who_confirms, WORD),
        ),
        "Empfängerin oder Titel",
        "year",
        Empty(
            "Noch keine Weiterleitung",
            "Hier steht, wem Sie welche Mittel weiterleiten. Sie beginnen mit der Zuwendung oder den erhaltenen "
            "Mitteln, aus denen sie kommen.",
        ),
    ),
    Scope.RECEIVED: _list(
        Scope.RECEIVED,
        (ListColumn("Von", "giver", url=_FILE, sort="giver"),),
        "Von wem oder Titel",
        "day",
        Empty(
            "Noch nichts erhalten",
            "Hier stehen Mittel, die Ihnen der Kreis oder eine andere Gemeinde weiterleitet. Sie bestätigen hier "
            "den Erhalt.",
        ),
    ),
    Scope.BELOW: _list(
        Scope.BELOW,
        (
            ListColumn("An", "recipient", url=_FILE, sort="recipient"),
            ListColumn("Von", "giver", sort="giver"),
        ),
        "Kommune, Stelle oder Titel",
        "year",
        Empty(
            "Noch nichts weitergegeben",
            "Hier stehen Weiterleitungen, die Ihre Empfänger aus Ihren Mitteln weitergeben.",
        ),
    ),
}


@pages.get("/weiterleitungen")
@requires(Permission.FUNDING_READ)
def allocation_list() -> str:
    """Show one page of a list, in the order and with the filters that the address names."""
    actor = current_actor()
    tabs = tabs_of(actor)
    name, scope = _asked_for(tabs)
    has_funds = scope is Scope.GIVEN and bool(funds(db.session(), actor.tenant_id))
    begin = has_funds and actor.may(Permission.FUNDING_WRITE)
    return LISTS[scope].page(
        "Weiterleitungen",
        crumbs=allocation_crumbs(),
        tabs=[
            NavigationEntry(_TABS[each][1], page_url("allocation_list", liste=each), current=each == name)
            for each in tabs
        ]
        if len(tabs) > 1
        else [],
        tabs_label="Listen der Weiterleitungen",
        intro=_WHO_ANSWERS[actor.tenant_kind] if scope is Scope.GIVEN and has_funds else None,
        actions=[Action(_BEGIN, page_url("new_allocation"), symbol="add")] if begin else [],
        kept={"liste": name},
        options=_options(scope),
        empty=None if has_funds or scope is not Scope.GIVEN else _without_funds(),
    )


@pages.get("/weiterleitungen/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_allocations(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    _, scope = _asked_for(tabs_of(current_actor()))
    return LISTS[scope].download(table_format, options=_options(scope))


def _without_funds() -> Empty:
    """Return what the list of those says who have nothing to pass on."""
    grants = open_url("funding.grant_list")
    return Empty(
        "Noch keine Mittel zum Weiterleiten",
        "Weiterleiten können Sie, was ein Bescheid bewilligt oder was Sie selbst erhalten und bestätigt haben.",
        Action("Zu den Zuwendungen", grants) if grants else None,
    )


def tabs_of(actor: Actor) -> Sequence[str]:
    """Return the lists that such a body can have, first the one for which it comes."""
    names = _BY_KIND[actor.tenant_kind]
    if "erhalten" in names and not actor.is_of(GRANT_RECIPIENTS):
        return sorted(names, key=lambda name: name != "erhalten")
    return names


def _asked_for(tabs: Sequence[str]) -> tuple[str, Scope]:
    name = request.args.get("liste", "")
    if name not in tabs:
        name = tabs[0]
    return name, _TABS[name][0]


def _options(scope: Scope) -> dict[str, list[Option]]:
    years = allocated_years(db.session(), current_actor().tenant_id, scope)
    return {"jahr": [Option(str(year), str(year)) for year in years]}
