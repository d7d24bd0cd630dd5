"""The lists: which meetings there were and will be, which papers there are."""

from __future__ import annotations

from uuid import UUID

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.committees.public import COMMITTEES
from kimhub.core.fields.options import Option
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, NUMBER, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Badge, Crumb, Empty
from kimhub.meetings.pages.blueprint import HELD, page_url, pages, state_of
from kimhub.meetings.queries import MEETINGS, PAPERS, seen_by
from kimhub.meetings.schemas import KINDS
from kimhub.meetings.terms import PaperKind
from tenants import Permission, db


def _state(row: RowMapping) -> Badge:
    return state_of(row["day"], row["cancelled_on"])


def _closed(row: RowMapping) -> str | None:
    return None if row["is_public"] else "nichtöffentlich"


LIST = ListPage(
    MEETINGS,
    caption="Sitzungen",
    columns=(
        ListColumn("Gremium", "name", url=Address("meetings.show", meeting_id="id"), note="cancelled_reason"),
        ListColumn("Tag", "day", DAY, sort="day"),
        ListColumn("Stand", _state, badges(lambda badge: badge, usual=HELD)),
        ListColumn("Vorlagen", "papers", NUMBER),
    ),
    filters=(
        ChoiceFilter("gremium", "Gremium", "committee", value=UUID),
        ChoiceFilter("zeit", "Zeit", "coming", (Option("kommende", "ab heute"),)),
    ),
    one="Sitzung",
    many="Sitzungen",
    empty=Empty(
        "Noch keine Sitzungen",
        "Hier steht, wann die Gremien tagen und welche Vorlagen auf der Tagesordnung stehen. Gremium und Tag genügen.",
    ),
    download_endpoint="meetings.download_meetings",
)
PAPER_LIST = ListPage(
    PAPERS,
    caption="Vorlagen",
    columns=(
        ListColumn("Betreff", "title", url=Address("meetings.show_paper", paper_id="id"), note=_closed),
        ListColumn("Nummer", "number", WORD, sort="number"),
        ListColumn("Art", lambda row: PaperKind(row["kind"]).label),
        ListColumn("Beratungen", "meetings", NUMBER),
        ListColumn("Zuletzt beraten", "last_day", DAY),
        ListColumn("Eingetragen", "created_at", DAY, sort="entered"),
    ),
    filters=(WordFilter("suche", "Betreff oder Nummer"), ChoiceFilter("art", "Art", "kind", KINDS)),
    one="Vorlage",
    many="Vorlagen",
    empty=Empty(
        "Noch keine Vorlagen",
        "Hier stehen Nummer, Betreff und Art der Vorlagen, die in Gremien beraten werden, mit den Sitzungen dazu.",
    ),
    download_endpoint="meetings.download_papers",
)


def _committees() -> list[Option]:
    rows = COMMITTEES.all(db.session(), current_actor().tenant_id)
    return [Option(str(row["id"]), row["name"]) for row in rows]


@pages.get("/sitzungen")
@requires(Permission.MEETING_READ)
def listing() -> str:
    """List the meetings of the body's committees."""
    may_write = admitted("meetings.new", current_actor())
    return LIST.page(
        "Sitzungen",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Sitzungen")],
        intro="Wann Ihre Gremien tagen. Eine Sitzung gilt an ihrem Tag als stattgefunden, außer Sie sagen sie ab.",
        actions=[Action("Sitzung eintragen", page_url("new"), symbol="add")] if may_write else [],
        options={"gremium": _committees()},
    )


@pages.get("/sitzungen/liste.<table_format>")
@requires(Permission.MEETING_READ)
def download_meetings(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, options={"gremium": _committees()})


@pages.get("/vorlagen")
@requires(Permission.MEETING_READ)
def papers() -> str:
    """List the papers; who keeps none reads only public ones."""
    actor = current_actor()
    may_write = admitted("meetings.new_paper", actor)
    return PAPER_LIST.page(
        "Vorlagen",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Vorlagen")],
        intro="Was Gremien zur Beratung erhalten: Verweise auf Vorlagen, nicht ihr Text.",
        actions=[Action("Vorlage eintragen", page_url("new_paper"), symbol="add")] if may_write else [],
        arguments=seen_by(actor),
    )


@pages.get("/vorlagen/liste.<table_format>")
@requires(Permission.MEETING_READ)
def download_papers(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return PAPER_LIST.download(table_format, arguments=seen_by(current_actor()))
