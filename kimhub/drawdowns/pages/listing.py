"""What may be drawn now of all grants, and the history of calls."""

from __future__ import annotations

from flask import render_template, request

from kimhub.core import clock
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import PageRequest, make_page
from kimhub.core.web.view import Column
from kimhub.drawdowns.pages import presenting
from kimhub.drawdowns.pages.blueprint import crumbs, page_url, pages, standing_url
from kimhub.drawdowns.queries import DRAWDOWN_KEY, list_drawdowns
from kimhub.drawdowns.standing import standings
from tenants import Permission, db

_STANDINGS = [
    Column("Haushaltsjahr"), Column("Stand"), Column("Bewilligt", numeric=True), Column("Abgerufen", numeric=True),
    Column("Eingegangen", numeric=True), Column("Ausgegeben", numeric=True), Column("Jetzt abrufbar", numeric=True),
]  # fmt: skip
_ENTRIES = [
    Column("Tag"), Column("Art"), Column("Zuwendung"), Column("Stand"), Column("Betrag", numeric=True),
    Column("Eingegangen", numeric=True),
]  # fmt: skip


@pages.get("")
@requires(Permission.FUNDING_READ)
def listing() -> str:
    """Show where every grant stands, and one page of the history."""
    actor, session = current_actor(), db.session()
    asked = PageRequest.from_args(request.args, DRAWDOWN_KEY)
    found = standings(session, actor.tenant_id, clock.today())
    rows = list_drawdowns(session, actor, asked)
    callable_now = [one for one in found if one.result.amount]
    may_write = actor.may(Permission.FUNDING_WRITE)
    return render_template(
        "drawdowns/list.html",
        crumbs=crumbs(),
        found=found,
        tiles=presenting.tiles(found),
        columns=_STANDINGS,
        badge=presenting.standing_badge,
        standing_url=standing_url,
        next_call=standing_url("call", callable_now[0]) if may_write and len(callable_now) == 1 else None,
        page=make_page(
            rows,
            asked,
            key=lambda row: (row["requested_on"], row["id"]),
            path=page_url("listing"),
            args=request.args,
        ),
        entry_columns=_ENTRIES,
        kind=presenting.kind_label,
        state=presenting.state_badge,
    )
