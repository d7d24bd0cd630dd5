"""The lists: what one's body has received, what it has given."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, NUMBER, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Badge, Crumb, Empty, Tone
from kimhub.notices.pages.addressing import kinds_in_words
from kimhub.notices.pages.blueprint import page_url, pages
from kimhub.notices.queries import GIVEN, RECEIVED, State
from tenants import Actor, Permission

STATES = {
    State.DRAFT: Badge(State.DRAFT.label, Tone.INFO),
    State.SENT: Badge(State.SENT.label),
    State.WITHDRAWN: Badge(State.WITHDRAWN.label, Tone.WARNING),
}
_FILE = Address("notices.show", notice_id="id")


def _noted(row: RowMapping) -> str:
    return f"am {day(row['noted_at'])}" if row["noted_at"] else "noch nicht"


def _for(row: RowMapping) -> str | None:
    return f"für: {kinds_in_words(row['committees'])}" if row["committees"] else None


_WHAT = ListColumn("Betreff", "subject", url=_FILE, note=_for)
_OWN = ListColumn("Betreff", "subject", url=Address("notices.show_own", notice_id="id"))
_WHO_WHEN = (ListColumn("Von", "giver"), ListColumn("Eingang", "released_at", DAY, sort="day"))
_RECEIVED_EMPTY = Empty(
    "Noch keine Unterrichtungen",
    "Hier steht, worüber der Kreis oder Ihre eigene Verwaltung die Gremien unterrichtet.",
)
_LOOKED_FOR = WordFilter("suche", "Betreff oder Absender")


def _received(*columns: ListColumn, open_filter: bool) -> ListPage:
    return ListPage(
        RECEIVED,
        caption="Unterrichtungen",
        columns=(_WHAT, *_WHO_WHEN, *columns),
        filters=(
            _LOOKED_FOR,
            *(
                (
                    ChoiceFilter(
                        "stand", "Stand", "open", (Option("offen", "noch nicht zur Kenntnis genommen"),)
                    ),
                )
                if open_filter
                else ()
            ),
        ),
        one="Unterrichtung",
        many="Unterrichtungen",
        empty=_RECEIVED_EMPTY,
        download_endpoint="notices.download_received",
    )


FOR_MEMBERS = _received(ListColumn("Zur Kenntnis genommen", _noted, WORD), open_filter=True)
FOR_OFFICES = _received(ListColumn("Kenntnisnahmen", "acknowledged", NUMBER), open_filter=False)
"""Whoever is no member takes no note; the office sees how many did."""

OWN = ListPage(
    GIVEN,
    caption="Eigene Unterrichtungen",
    columns=(
        _OWN,
        ListColumn("Stand", "state", badges(lambda state: STATES[State(state)], usual=STATES[State.SENT])),
        ListColumn("Versendet", "released_at", DAY),
        ListColumn("Kommunen", "recipients", NUMBER),
        ListColumn("davon mit Kenntnisnahme", "bodies", NUMBER),
        ListColumn("Angelegt", "created_at", DAY, sort="day"),
    ),
    filters=(
        WordFilter("suche", "Betreff"),
        ChoiceFilter("stand", "Stand", "drafts", (Option("entwurf", "Entwürfe"),)),
    ),
    one="Unterrichtung",
    many="Unterrichtungen",
    empty=Empty(
        "Noch keine Unterrichtung",
        "Unterrichten Sie die Gremien über Bescheide, Weiterleitungen, Stellen und Beschlüsse, bevor darüber "
        "entschieden wird oder sobald es feststeht.",
    ),
    download_endpoint="notices.download_given",
)


def _list_of(actor: Actor) -> ListPage:
    return FOR_MEMBERS if actor.may(Permission.NOTICE_ACKNOWLEDGE) else FOR_OFFICES


@pages.get("/unterrichtungen")
@requires(Permission.NOTICE_READ)
def received() -> str:
    """List what the body has received."""
    actor = current_actor()
    return _list_of(actor).page(
        "Unterrichtungen",
        arguments={"reader": actor.subject},
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Unterrichtungen")],
        intro="Worüber der Kreis oder Ihre eigene Verwaltung Sie unterrichtet."
        if actor.may(Permission.NOTICE_ACKNOWLEDGE)
        else "Worüber die Gremien Ihrer Kommune unterrichtet sind, und wie viele Personen das zur Kenntnis "
        "genommen haben.",
    )


@pages.get("/unterrichtungen/liste.<table_format>")
@requires(Permission.NOTICE_READ)
def download_received(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    actor = current_actor()
    return _list_of(actor).download(table_format, arguments={"reader": actor.subject})


@pages.get("/eigene-unterrichtungen")
@requires(Permission.NOTICE_WRITE)
def given() -> str:
    """List what the body has given."""
    return OWN.page(
        "Eigene Unterrichtungen",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Eigene Unterrichtungen")],
        intro="Was Ihre Verwaltung den Gremien mitteilt. Wie viele davon Kenntnis genommen haben, sehen Sie je "
        "Kommune und Gremium; wer es war, sieht nur die Geschäftsführung der Gremien dort.",
        actions=[Action("Gremien unterrichten", page_url("new"), symbol="add")]
        if admitted("notices.new", current_actor())
        else [],
    )


@pages.get("/eigene-unterrichtungen/liste.<table_format>")
@requires(Permission.NOTICE_WRITE)
def download_given(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return OWN.download(table_format)
