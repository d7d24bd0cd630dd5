"""What may be drawn now of all grants, and the history of calls."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, render_template

from kimhub.core import clock
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter
from kimhub.core.web.tables import draw_table
from kimhub.core.web.view import Empty
from kimhub.drawdowns.pages import presenting
from kimhub.drawdowns.pages.blueprint import crumbs, pages, standing_url
from kimhub.drawdowns.pages.tables import ENTRIES, GRANT, STANDINGS
from kimhub.drawdowns.queries import DRAWDOWNS
from kimhub.drawdowns.standing_queries import Standing, standings
from tenants import Permission, db

LIST = ListPage(
    DRAWDOWNS,
    caption="Abrufe",
    columns=(*ENTRIES[:2], *GRANT, *ENTRIES[2:]),
    filters=(ChoiceFilter("jahr", "Haushaltsjahr", "year", value=int),),
    empty=Empty("Noch nichts abgerufen", "Hier steht jeder Abruf mit dem, was davon eingegangen ist."),
    download_endpoint="mittelabruf.download_list",
    table_id="abrufe",
)


@pages.get("")
@requires(Permission.FUNDING_READ)
def listing() -> str:
    """Show where every grant stands, and one page of the history."""
    actor = current_actor()
    found = standings(db.session(), actor.tenant_id, clock.today())
    callable_now = [one for one in found if one.result.amount]
    may_write = actor.may(Permission.FUNDING_WRITE)
    return render_template(
        "drawdowns/list.html",
        crumbs=crumbs(),
        tiles=presenting.tiles(found),
        standings=draw_table(STANDINGS, found, caption="Ihre Zuwendungen", table_id="zuwendungen")
        if found
        else None,
        next_call=standing_url("call", callable_now[0]) if may_write and len(callable_now) == 1 else None,
        shown=LIST.shown(options=_options(found)) if found else None,
    )


@pages.get("/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the history as XLSX or CSV."""
    found = standings(db.session(), current_actor().tenant_id, clock.today())
    return LIST.download(table_format, options=_options(found))


def _options(found: Sequence[Standing]) -> dict[str, list[Option]]:
    years = sorted({one.year for one in found}, reverse=True)
    return {"jahr": [Option(str(year), str(year)) for year in years]}
