"""The list of requests: a Gemeinde's own, or those made to a Kreis."""

from __future__ import annotations

from flask import render_template, request

from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, Sorting, make_page
from kimhub.core.web.view import Chip, Column, Count, Crumb
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import area_crumbs, pages
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import KEY_TYPES, Order, Scope, count_requests, list_requests, scope_of
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Permission, TenantKind, db

_SORT_NAMES = {"datum": Order.DAY, "gemeinde": Order.GEMEINDE}
_COUNTED_UP_TO = 1000


@pages.get("")
@requires(Permission.REQUEST_READ)
def listing() -> str:
    """Show one page of the list, in the order and with the filter that the address names."""
    actor, session, path = current_actor(), db.session(), page_url("listing")
    scope = scope_of(actor)
    allowed = ("datum", "gemeinde") if scope is Scope.SHARED else ("datum",)
    sorting = Sorting.from_args(request.args, allowed=allowed, default="-datum", path=path)
    order = _SORT_NAMES[sorting.by]
    state = _state_asked()
    states = [state] if state else []
    try:
        asked = PageRequest.from_args(request.args, KEY_TYPES[order])
    except CursorError:  # an address from another order or of old: begin at the beginning
        asked = PageRequest()
    rows = list_requests(
        session,
        me=actor.tenant_id,
        scope=scope,
        limit=asked.fetch,
        order=order,
        descending=sorting.descending,
        after=asked.after,
        before=asked.before,
        states=states,
    )
    counted = count_requests(
        session, me=actor.tenant_id, scope=scope, states=states, limit=_COUNTED_UP_TO + 1
    )
    return render_template(
        "positions/list.html",
        crumbs=[*area_crumbs(), Crumb("Anträge")],
        page=make_page(rows, asked, key=lambda row: row.key(order), path=path, args=request.args),
        count=Count(
            min(counted, _COUNTED_UP_TO), capped=counted > _COUNTED_UP_TO, one="Antrag", many="Anträge"
        ),
        sorting=sorting,
        columns=_columns(scope),
        shared=scope is Scope.SHARED,
        states=[Option(name, label) for name, label in WORKFLOW.states.items()],
        state=state,
        chips=[Chip(f"Stand: {WORKFLOW.states[state]}", path)] if state else [],
        gemeinde=actor.tenant_kind is TenantKind.GEMEINDE,
        may_write=actor.tenant_kind is TenantKind.GEMEINDE and actor.may(Permission.REQUEST_WRITE),
        badge=presenting.state_badge,
        url=page_url,
    )


def _state_asked() -> State | None:
    word = request.args.get("stand", "")
    return State(word) if word in set(State) else None


def _columns(scope: Scope) -> list[Column]:
    last = [Column("Anteil", numeric=True), Column("Beginn")]
    if scope is Scope.SHARED:
        return [
            Column("Gemeinde", sort="gemeinde"), Column("Stelle"), *last,
            Column("Eingang", sort="datum"), Column("Stand"),
        ]  # fmt: skip
    return [Column("Stelle"), *last, Column("Angelegt", sort="datum"), Column("Stand")]
