"""The lists of Weiterleitungen: given, received, and passed on further by those who received; also as files."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlencode

from flask import Response, render_template, request

from kimhub.core.documents import download
from kimhub.core.errors import NotFoundError
from kimhub.core.exports import CSV_TYPE, XLSX_TYPE, ExportColumn, Kind, Value, as_csv, as_xlsx
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, make_page
from kimhub.core.web.view import Chip, Column, Count, NavigationEntry
from kimhub.funding.pages.allocation_presenting import allocation_crumbs, state_badge
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import (
    LIST_KEY,
    AllocationRow,
    Scope,
    count_allocations,
    funds,
    list_allocations,
)
from kimhub.funding.workflow import WORKFLOW, State
from tenants import Permission, db

_COUNTED_UP_TO = 1000
_TABS = {
    "gegeben": (Scope.GIVEN, "Weitergeleitet"),
    "erhalten": (Scope.RECEIVED, "Erhalten"),
    "darunter": (Scope.BELOW, "Von Empfängern weitergeleitet"),
}
_PERSON = {Scope.GIVEN: "Empfängerin", Scope.RECEIVED: "Von"}
FILE_COLUMNS = (
    ExportColumn("Weiterleitung", 36), ExportColumn("Von", 26), ExportColumn("An", 26),
    ExportColumn("Haushaltsjahre", 16), ExportColumn("Stellenanteile (VZÄ)", 18, Kind.AMOUNT),
    ExportColumn("Betrag", 16, Kind.AMOUNT), ExportColumn("Stand", 14), ExportColumn("Datum", 14, Kind.DAY),
)  # fmt: skip


@pages.get("/weiterleitungen")
@requires(Permission.FUNDING_READ)
def allocation_list() -> str:
    """Show one page of a list, narrowed to a state if the address names one."""
    actor, session, path = current_actor(), db.session(), page_url("allocation_list")
    name, scope, state = _asked_for()
    states = [state] if state else []
    try:
        asked = PageRequest.from_args(request.args, LIST_KEY)
    except CursorError:  # an address of old: begin at the beginning
        asked = PageRequest()
    page = make_page(
        list_allocations(session, actor.tenant_id, scope, asked, states=states),
        asked,
        key=lambda row: (row.at, row.id),
        path=path,
        args=request.args,
    )
    counted = count_allocations(session, actor.tenant_id, scope, limit=_COUNTED_UP_TO + 1, states=states)
    kept = {"liste": name, **({"stand": state.value} if state else {})}
    may_write = actor.may(Permission.FUNDING_WRITE)
    return render_template(
        "funding/allocations.html",
        crumbs=allocation_crumbs(),
        tabs=[
            NavigationEntry(label, page_url("allocation_list", liste=each), current=each == name)
            for each, (_, label) in _TABS.items()
        ],
        page=page,
        scope=scope.value,
        name=name,
        columns=_columns(scope, choosable=may_write and scope is Scope.GIVEN),
        count=Count(
            min(counted, _COUNTED_UP_TO), capped=counted > _COUNTED_UP_TO, one="Weiterleitung", many="Weiterleitungen"
        ),
        downloads=[
            (label, f"{page_url('download_allocations', table_format=ending)}?{urlencode(kept)}")
            for label, ending in (("Excel", "xlsx"), ("CSV", "csv"))
        ],
        states=[Option(each, label) for each, label in WORKFLOW.states.items() if _fits(scope, State(each))],
        state=state,
        chips=[Chip(f"Stand: {WORKFLOW.states[state]}", page_url("allocation_list", liste=name))] if state else [],
        badge=state_badge,
        has_funds=bool(funds(session, actor.tenant_id)),
        any_drafts=any(row.state is State.DRAFT for row in page.rows),
        may_write=may_write,
        url=page_url,
    )  # fmt: skip


@pages.get("/weiterleitungen/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_allocations(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    if table_format not in {"xlsx", "csv"}:
        raise NotFoundError
    _, scope, state = _asked_for()
    rows = (_file_row(row) for row in _all(scope, state))
    if table_format == "csv":
        content, media_type = as_csv(FILE_COLUMNS, rows), CSV_TYPE
    else:
        content, media_type = as_xlsx("Weiterleitungen", FILE_COLUMNS, rows), XLSX_TYPE
    name = f"Weiterleitungen {current_actor().tenant_name}.{table_format}"
    return download(content, name=name, media_type=media_type, sha256=sha256(content).digest())


def _all(scope: Scope, state: State | None) -> Iterator[AllocationRow]:
    """Go through the whole list, a thousand rows at a time."""
    session, me = db.session(), current_actor().tenant_id
    asked = PageRequest(limit=1000)
    while True:
        rows = list_allocations(session, me, scope, asked, states=[state] if state else [])
        yield from rows[: asked.limit]
        if len(rows) <= asked.limit:
            return
        edge = rows[asked.limit - 1]
        asked = PageRequest(after=(edge.at, edge.id), limit=asked.limit)


def _asked_for() -> tuple[str, Scope, State | None]:
    name = request.args.get("liste", "gegeben")
    if name not in _TABS:
        name = "gegeben"
    scope = _TABS[name][0]
    word = request.args.get("stand", "")
    state = State(word) if word in set(State) else None
    return name, scope, state if state and _fits(scope, state) else None


def _fits(scope: Scope, state: State) -> bool:
    """Tell whether allocations of this list can stand there: drafts are one's own, answers are the sides'."""
    if scope is Scope.GIVEN:
        return True
    return state is not State.DRAFT and (scope is Scope.RECEIVED or state in {State.ISSUED, State.ENDED})


def _columns(scope: Scope, *, choosable: bool) -> list[Column]:
    chosen = [Column("Auswählen", hidden_label=True)] if choosable else []
    person = [Column("Von"), Column("An")] if scope is Scope.BELOW else [Column(_PERSON[scope])]
    return [
        *chosen, Column("Weiterleitung"), *person, Column("Jahre"), Column("Stellen", numeric=True),
        Column("Betrag", numeric=True), Column("Stand"),
    ]  # fmt: skip


def _file_row(row: AllocationRow) -> list[Value]:
    return [
        row.title, row.giver, row.recipient, ", ".join(str(year) for year in row.years), row.fte, row.amount,
        WORKFLOW.states[row.state], row.at.date(),
    ]  # fmt: skip
