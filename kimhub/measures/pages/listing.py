"""The measures of a body: open ones first, with how many there are."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.committees.public import working_groups
from kimhub.core import clock
from kimhub.core.fields.options import Option
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Count, Empty
from kimhub.measures.pages.blueprint import BADGES, TITLE, crumbs, page_url, pages
from kimhub.measures.queries import MEASURES, OpenMeasures, open_measures
from kimhub.measures.schemas import STATES
from kimhub.measures.terms import FINAL, TO_DO, MeasureOrigin, MeasureState
from kimhub.programme.public import Baustein
from tenants import Permission, db

OPEN = "offen"
_STATES_OF = {OPEN: [state.value for state in MeasureState if state not in FINAL]}


FILE_COLUMNS = (
    ListColumn("Was", "title"),
    ListColumn("Wer", "responsible"),
    ListColumn("Bis", "due", DAY),
    ListColumn("Stand", "state", badges(lambda state: BADGES[MeasureState(state)])),
    ListColumn("Beschlossen", "decided_on", DAY),
    ListColumn("Abgeschlossen", "closed_on", DAY),
    ListColumn("Baustein", lambda row: Baustein(row["baustein"]).label if row["baustein"] else None, WORD),
    ListColumn("Bekannt aus", lambda row: MeasureOrigin(row["origin"]).label),
    ListColumn("Gremium", "committee"),
)
"""A file has more room than a page."""


def _note(row: RowMapping) -> str | None:
    late = (
        row["due"] is not None
        and row["due"] < clock.today()
        and row["state"] in {state.value for state in TO_DO}
    )
    return "überfällig" if late else None


LIST = ListPage(
    MEASURES,
    caption=TITLE,
    columns=(
        ListColumn("Was", "title", url=Address("measures.show", measure_id="id"), note=_note),
        ListColumn("Wer", "responsible"),
        ListColumn("Bis", "due", DAY, sort="due"),
        ListColumn("Stand", "state", badges(lambda state: BADGES[MeasureState(state)])),
        ListColumn("Gremium", "committee"),
    ),
    filters=(
        WordFilter("suche", "Was"),
        ChoiceFilter(
            "stand", "Stand", "states", (Option(OPEN, "alle offenen"), *STATES),
            value=lambda word: _STATES_OF.get(word, [word]),
        ),
        ChoiceFilter("gremium", "Gremium", "committee"),
    ),
    one="Maßnahme",
    many="Maßnahmen",
    empty=Empty(
        "Noch keine Maßnahmen",
        "Hier steht, was Ihre Lenkungsgruppe oder Projektgruppe beschließt: was, wer, bis wann, und was daraus wurde.",
    ),
    download_endpoint="measures.download",
    file_columns=[named for one in FILE_COLUMNS for named in one.file_columns],
    file_row=lambda row: [value for one in FILE_COLUMNS for value in one.filed(row)],
)  # fmt: skip


def _groups() -> dict[str, list[Option]]:
    rows = working_groups(db.session(), current_actor().tenant_id)
    return {"gremium": [Option(str(row["id"]), row["name"]) for row in rows]}


def _sum(found: OpenMeasures) -> str:
    parts = [
        *([f"{found.to_do} beschlossen und noch nicht umgesetzt"] if found.to_do else []),
        *([f"{found.proposed} vorgeschlagen"] if found.proposed else []),
        *([f"{found.overdue} überfällig"] if found.overdue else []),
    ]
    count = Count(found.to_do + found.proposed, one="Maßnahme", many="Maßnahmen")
    return f"Offen: {count} ({', '.join(parts)})." if parts else "Offen ist keine Maßnahme."


@pages.get("")
@requires(Permission.COMMITTEE_READ)
def listing() -> str:
    """List the measures of the body."""
    actor, groups = current_actor(), _groups()
    may_write = admitted("measures.new", actor)
    found = open_measures(db.session(), actor.tenant_id, clock.today())
    if may_write and groups["gremium"]:
        actions = [Action("Maßnahme eintragen", page_url("new"), symbol="add")]
    elif may_write:
        actions = [
            Action("Lenkungsgruppe eintragen", url_for("committees.new", art="lenkungsgruppe"), symbol="add")
        ]
    else:
        actions = []
    return LIST.page(
        TITLE,
        options=groups,
        crumbs=crumbs(),
        intro=f"Was Lenkungsgruppe und Projektgruppen beschlossen haben und was daraus wurde. {_sum(found)}",
        actions=actions,
    )


@pages.get("/liste.<table_format>")
@requires(Permission.COMMITTEE_READ)
def download(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, options=_groups())
