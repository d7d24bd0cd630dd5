"""A Kreis looks at what its Gemeinden were told of what concerns them, and says what all of them see."""

from __future__ import annotations

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.readers import gemeinden_of
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter
from kimhub.core.web.tables import DAY, NUMBER, WORD, Address, ListColumn
from kimhub.core.web.view import Action, Crumb, Empty
from kimhub.coverage.pages.blueprint import crumbs_of_kreis, of_kreis, page_url
from kimhub.coverage.queries import ELSEWHERE
from kimhub.coverage.schemas import KINDS, ReachSchema
from kimhub.occurrences.public import OccurrenceKind, reach_of, show_to_gemeinden
from tenants import Permission, db

_ALWAYS = {"elsewhere": True}


def _about(row: RowMapping) -> str | None:
    kind = OccurrenceKind(row["kind"])
    revoked = f", aufgehoben am {day(row['revoked_on'])}" if row["revoked_on"] else ""
    about = row["about"] if current_actor().may(kind.reads) else ""
    return f"{about}{revoked}".removeprefix(", ") or None


LIST = ListPage(
    ELSEWHERE,
    caption="Vorgänge, die Gemeinden betreffen",
    columns=(
        ListColumn(
            "Vorgang",
            lambda row: OccurrenceKind(row["kind"]).label,
            url=Address("coverage.show", occurrence_id="id"),
            note=_about,
        ),
        ListColumn("Kommune", "body"),
        ListColumn("Tag", "happened_on", DAY, sort="day"),
        ListColumn(
            "Von Ihnen unterrichtet",
            lambda row: day(row["told_on"]) if row["told_on"] else "noch nicht",
            WORD,
        ),
        ListColumn("Kenntnisnahmen", "noted", NUMBER),
    ),
    filters=(
        ChoiceFilter("stand", "Stand", "untold", (Option("offen", "von Ihnen nicht unterrichtet"),)),
        ChoiceFilter("kommune", "Kommune", "body"),
        ChoiceFilter("art", "Art", "kind", KINDS),
    ),
    one="Vorgang",
    many="Vorgänge",
    empty=Empty(
        "Noch keine Vorgänge",
        "Hier steht, was bei Ihnen geschieht und eine Gemeinde betrifft, und wann Sie deren Gremien davon unterrichtet "
        "haben.",
    ),
    download_endpoint="coverage_gemeinden.download_elsewhere",
)


@of_kreis.get("")
@requires(Permission.NOTICE_WRITE)
def elsewhere() -> str:
    """List what happened in the Kreis and concerns Gemeinden, with the day on which they were told from here."""
    return LIST.page(
        "Stand der Gemeinden",
        arguments=_ALWAYS,
        options=_gemeinden(),
        crumbs=[*crumbs_of_kreis()[:1], Crumb("Stand der Gemeinden")],
        intro="In jeder Gemeinde steht davon eine Zeile: Art und Tag, kein Inhalt. Was sie aus eigenen Vorlagen "
        "erfahren hat, ist hier nicht bekannt.",
        actions=[
            Action("Gremien unterrichten", page_url("tell", gemeinden="ja"), symbol="add"),
            Action("Was alle Gemeinden sehen", url_for("coverage_gemeinden.reach"), "secondary"),
        ],
    )


@of_kreis.get("/liste.<table_format>")
@requires(Permission.NOTICE_WRITE)
def download_elsewhere(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, arguments=_ALWAYS, options=_gemeinden())


@of_kreis.route("/sichtbar", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def reach() -> ResponseReturnValue:
    """Say of which kinds all Gemeinden see a line."""
    actor = current_actor()
    here = url_for("coverage_gemeinden.elsewhere")
    shown = reach_of(db.session(), actor.tenant_id)
    return form_page(
        ReachSchema(),
        lambda form: show_to_gemeinden(actor, [OccurrenceKind(kind) for kind in form.data["kinds"]]),
        heading="Was alle Gemeinden sehen",
        intro="Von diesen Vorgängen sehen alle Gemeinden des Kreises, die teilnehmen, Art und Tag und ob ihre Gremien "
        "unterrichtet sind. Den Inhalt sehen sie nicht. Was mit einer Gemeinde allein zu tun hat, sieht diese immer.",
        consequences=[
            "Was bisher geschehen ist, folgt innerhalb einer Minute.",
            "Zeilen, die eine Gemeinde schon sieht, bleiben dort stehen.",
        ],
        crumbs=crumbs_of_kreis(Crumb("Was alle Gemeinden sehen")),
        cancel_url=here,
        then=lambda _: here,
        done="Gespeichert.",
        initial={"kinds": [kind.value for kind, wanted in shown.items() if wanted]},
    )


def _gemeinden() -> dict[str, list[Option]]:
    rows = gemeinden_of(db.session(), current_actor().tenant_id)
    return {"kommune": [Option(row["slug"], row["official_name"]) for row in rows]}
