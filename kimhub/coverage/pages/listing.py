"""What happened, and what each committee heard of it: the list, and how standing duties stand."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.committees.public import Duty
from kimhub.core import clock
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter
from kimhub.core.web.tables import DAY, Address, ListColumn, badges
from kimhub.core.web.view import Action, Badge, Crumb, Empty, Fact, Tone
from kimhub.coverage.pages.blueprint import page_url, pages
from kimhub.coverage.queries import COVERAGE, Heard, committees_with_duty, hears_from
from kimhub.coverage.schemas import KINDS
from kimhub.coverage.standing import standing
from kimhub.coverage.terms import GAPS, Told
from kimhub.coverage.wording import duty_in_words, each, worst
from kimhub.occurrences.public import OccurrenceKind, reach_of
from tenants import Actor, Permission, Tenant, TenantKind, db
from tenants.naming import nominative, to_begin

STATES = {
    state: Badge(
        state.label, Tone.DANGER if state in GAPS else Tone.INFO if state is Told.PLANNED else Tone.SUCCESS
    )
    for state in Told
}
_NOBODY = Badge("kein Gremium betroffen")


def _about(row: RowMapping) -> str | None:
    if not row["is_own"]:
        return str(row["body"])
    return row["about"] if current_actor().may(OccurrenceKind(row["kind"]).reads) else None


def _gremien(row: RowMapping) -> str | None:
    revoked = f"Aufgehoben am {day(row['revoked_on'])}. " if row["revoked_on"] else ""
    return f"{revoked}{each(row['committees'])}" or None


LIST = ListPage(
    COVERAGE,
    caption="Vorgänge",
    columns=(
        ListColumn(
            "Vorgang", lambda row: OccurrenceKind(row["kind"]).label,
            url=Address("coverage.show", occurrence_id="id"), note=_about,
        ),
        ListColumn("Tag", "happened_on", DAY, sort="day"),
        ListColumn(
            "Stand", lambda row: worst(row["committees"]) or "",
            badges(lambda state: STATES[Told(state)] if state else _NOBODY), note=_gremien,
        ),
    ),
    filters=(
        ChoiceFilter("stand", "Stand", "gap", (Option("offen", "noch nicht unterrichtet"),)),
        ChoiceFilter("art", "Art", "kind", KINDS),
        ChoiceFilter("herkunft", "Woher", "of_others", (Option("andere", "von anderen Kommunen"),)),
    ),
    one="Vorgang",
    many="Vorgänge",
    empty=Empty(
        "Noch keine Vorgänge",
        "Hier steht, was im Kommunalen Integrationsmanagement geschieht und Ihre Gremien betrifft: Anträge, Bescheide, "
        "Weiterleitungen, Entscheidungen und Beschlüsse, jeweils mit dem Tag, an dem sie davon erfahren haben.",
    ),
    download_endpoint="coverage.download",
)  # fmt: skip


@pages.get("")
@requires(Permission.NOTICE_READ)
def overview() -> str:
    """List what happened with what each committee heard of it."""
    actor = current_actor()
    may_tell = admitted("coverage.tell", actor)
    return LIST.page(
        "Unterrichtungsstand",
        template="coverage/overview.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Unterrichtungsstand")],
        intro="Was geschehen ist und Ihre Gremien betrifft, und wann sie davon erfahren haben: durch eine "
        "Unterrichtung, die zugegangen ist, oder durch eine Vorlage auf der Tagesordnung einer Sitzung.",
        actions=[
            *([Action("Lücken schließen", page_url("tell"), symbol="add")] if may_tell else []),
            Action("Regeln", page_url("rules"), "secondary"),
        ],
        of_kreis=_of_kreis(actor),
        duties=_duties(actor),
    )


@pages.get("/liste.<table_format>")
@requires(Permission.NOTICE_READ)
def download(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


def _of_kreis(actor: Actor) -> str:
    """Return what a Gemeinde can know here of its Kreis: never that there is nothing."""
    if actor.tenant_kind is not TenantKind.GEMEINDE:
        return ""
    session = db.session()
    own = session.get_one(Tenant, actor.tenant_id)
    if own.parent_id is None or not hears_from(session, actor.tenant_id, own.parent_id):
        return (
            "Vorgänge des Kreises sind hier nicht bekannt. Arbeitet er mit KIMHub, steht hier eine Zeile, sobald etwas "
            "geschieht, das Ihre Gremien betrifft."
        )
    kreis = to_begin(nominative(session.get_one(Tenant, own.parent_id).official_name))
    shown = [kind.label for kind, wanted in reach_of(session, own.parent_id).items() if wanted]
    known = f"{kreis} zeigt hier Art und Tag dieser Vorgänge: {', '.join(shown)}." if shown else ""
    direct = "Dazu steht hier, was er mit Ihrer Kommune allein zu tun hat. Andere Vorgänge sind hier nicht bekannt."
    return f"{known} {direct}".strip()


def _duties(actor: Actor) -> list[Fact]:
    return [
        Fact(
            f"{one.committee['name']}: {Duty(one.committee['duty']).label}",
            f"{_stands(one)} ({one.committee['duty_source']})",
        )
        for one in committees_with_duty(db.session(), actor.tenant_id)
    ]


def _stands(one: Heard) -> str:
    found = standing(
        Duty(one.committee["duty"]),
        began=one.committee["began"],
        ended=one.committee["dissolved_on"],
        meetings=one.meetings,
        notices=one.notices,
        today=clock.today(),
    )
    return duty_in_words(found)
