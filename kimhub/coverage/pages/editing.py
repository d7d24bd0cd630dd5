"""What is done about a gap: telling, saying which paper was about it, saying that it need not be."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Crumb, Fact
from kimhub.coverage.pages.blueprint import crumbs, page_url, pages
from kimhub.coverage.queries import COVERAGE, ELSEWHERE, TOPIC, WAIVER, coverage_file, get_topic, get_waiver
from kimhub.coverage.schemas import (
    NoticeAboutSchema,
    OwnNoticeAboutSchema,
    PaperTopicSchema,
    WaiverOfSchema,
)
from kimhub.coverage.terms import Told
from kimhub.coverage.usecases.begin_notice import NoticeAbout, begin_notice
from kimhub.coverage.usecases.papers import NewPaperTopic, relate_paper, unrelate_paper
from kimhub.coverage.usecases.waivers import NewWaiver, take_back_waiver, waive_telling
from kimhub.meetings.public import find_papers
from kimhub.occurrences.public import WITH_GEMEINDEN, OccurrenceKind
from tenants import Actor, Permission, db

OFFERED = 100
"""So many events are offered at once, the newest; what is older follows when these are told."""


@pages.route("/unterrichten", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def tell() -> ResponseReturnValue:
    """Begin a notice about what committees have not heard of."""
    actor = current_actor()
    with_gemeinden = actor.is_of(WITH_GEMEINDEN)
    asked = request.args.get("vorgang", "")
    rows = _offered(actor, everything=bool(asked) or with_gemeinden)
    known = {str(row["id"]) for row in rows}
    gaps = (
        _untold_elsewhere(actor) if "gemeinden" in request.args else {row["id"] for row in rows if row["gap"]}
    )
    return form_page(
        NoticeAboutSchema() if with_gemeinden else OwnNoticeAboutSchema(),
        lambda form: begin_notice(
            actor,
            NoticeAbout(
                occurrences=[UUID(one) for one in form.data["occurrences"] if one in known],
                to_own=form.data["to_own"],
                to_gemeinden=form.data.get("to_gemeinden", False),
            ),
        ),
        heading="Gremien unterrichten",
        intro="Sie erhalten einen Entwurf mit dem, was zu diesen Vorgängen bekannt ist. Lesen, ergänzen und versenden "
        "Sie ihn; mit dem Versand gelten die Gremien als unterrichtet.",
        crumbs=crumbs(Crumb("Gremien unterrichten")),
        cancel_url=page_url("overview"),
        then=lambda notice: url_for("notices.show_own", notice_id=notice.id),
        done="Der Entwurf ist angelegt. Prüfen Sie Text und Empfänger, und versenden Sie ihn.",
        submit="Entwurf anlegen",
        initial={
            "occurrences": [asked] if asked in known else [one for one in known if UUID(one) in gaps],
            "to_own": "gemeinden" not in request.args,
            "to_gemeinden": "gemeinden" in request.args,
        },
        options={"occurrences": [Option(str(row["id"]), _named(actor, row)) for row in rows]},
    )


@pages.route("/<uuid:occurrence_id>/vorlage", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def relate(occurrence_id: UUID) -> ResponseReturnValue:
    """Say which paper was about something that happened."""
    actor, session = current_actor(), db.session()
    file = coverage_file(session, actor.tenant_id, occurrence_id)
    here = page_url("show", occurrence_id=occurrence_id)
    kind = OccurrenceKind(file.line.kind)
    return form_page(
        PaperTopicSchema(),
        lambda form: relate_paper(
            actor, NewPaperTopic(occurrence_id=occurrence_id, paper_id=_chosen(form, "paper"))
        ),
        heading="Vorlage zuordnen",
        intro="Gremien, auf deren Tagesordnung die Vorlage in einer Sitzung stand, gelten als unterrichtet.",
        facts=[Fact("Vorgang", f"{kind.label}, {day(file.line.happened_on)}")],
        crumbs=crumbs(Crumb(kind.label, here), Crumb("Vorlage zuordnen")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Vorlage ist zugeordnet.",
        submit="Zuordnen",
        options={
            "paper": [
                Option(str(row["id"]), f"{row['number']} {row['title']}".strip())
                for row in find_papers(session, actor)
            ]
        },
    )


@pages.route("/vorlagen/<uuid:topic_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def unrelate(topic_id: UUID) -> ResponseReturnValue:
    """Ask, then say that a paper was not about it after all."""
    topic = get_topic(db.session(), topic_id)
    here = page_url("show", occurrence_id=topic.occurrence_id)
    return ask_page(
        lambda: unrelate_paper(current_actor(), topic_id),
        about=Seen(TOPIC, topic_id, topic),
        heading="Zuordnung lösen?",
        consequences=[
            "Durch diese Vorlage gilt dann kein Gremium mehr als unterrichtet.",
            "Vorlage und Sitzung bleiben, wie sie sind.",
        ],
        submit="Zuordnung lösen",
        crumbs=crumbs(Crumb("Vorgang", here), Crumb("Zuordnung lösen")),
        back_url=here,
        then=lambda _: here,
        done="Die Zuordnung ist gelöst.",
    )


@pages.route("/<uuid:occurrence_id>/nicht-erforderlich", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def waive(occurrence_id: UUID) -> ResponseReturnValue:
    """Say which committee need not be told, and why."""
    actor = current_actor()
    file = coverage_file(db.session(), actor.tenant_id, occurrence_id)
    here = page_url("show", occurrence_id=occurrence_id)
    kind = OccurrenceKind(file.line.kind)
    return form_page(
        WaiverOfSchema(),
        lambda form: waive_telling(
            actor,
            NewWaiver(
                occurrence_id=occurrence_id,
                committee_id=_chosen(form, "committee"),
                reason=form.data["reason"],
            ),
        ),
        heading="Unterrichtung nicht erforderlich",
        facts=[Fact("Vorgang", f"{kind.label}, {day(file.line.happened_on)}")],
        crumbs=crumbs(Crumb(kind.label, here), Crumb("Nicht erforderlich")),
        cancel_url=here,
        then=lambda _: here,
        done="Der Grund ist festgehalten.",
        initial={"committee": request.args.get("gremium", "")},
        options={
            "committee": [
                Option(str(cell["committee_id"]), cell["name"])
                for cell in file.cells
                if Told(cell["state"]).is_gap
            ]
        },
    )


@pages.route("/nicht-erforderlich/<uuid:waiver_id>/zuruecknehmen", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def unwaive(waiver_id: UUID) -> ResponseReturnValue:
    """Ask, then say that the committee is to be told after all."""
    waiver = get_waiver(db.session(), waiver_id)
    here = page_url("show", occurrence_id=waiver.occurrence_id)
    return ask_page(
        lambda: take_back_waiver(current_actor(), waiver_id),
        about=Seen(WAIVER, waiver_id, waiver),
        heading="Doch unterrichten?",
        facts=[Fact("Grund", waiver.reason), Fact("Festgehalten von", waiver.actor_label)],
        consequences=[
            "Der Grund entfällt. Ist das Gremium noch nicht unterrichtet, steht es wieder als Lücke da."
        ],
        submit="Doch unterrichten",
        crumbs=crumbs(Crumb("Vorgang", here), Crumb("Doch unterrichten")),
        back_url=here,
        then=lambda _: here,
        done="Das Gremium ist wieder zu unterrichten.",
    )


def _chosen(form: Form, name: str) -> UUID:
    """Return what was chosen; raises `InvalidInputError` where nothing was offered."""
    try:
        return UUID(form.data[name])
    except ValueError as error:
        message = "Es gibt hier nichts zu wählen."
        raise InvalidInputError(message, fields={name: [message]}) from error


def _offered(actor: Actor, *, everything: bool) -> list[RowMapping]:
    """Return what can be told of: the gaps of the own committees, or the newest of all."""
    narrowed = {} if everything else {"gap": True}
    return [*COVERAGE.fetch(db.session(), actor.tenant_id, PageRequest(limit=OFFERED), narrowed)][:OFFERED]


def _untold_elsewhere(actor: Actor) -> set[UUID]:
    """Return the newest of what Gemeinden have not been told of from here."""
    narrowed = {"elsewhere": True, "untold": True}
    rows = ELSEWHERE.fetch(db.session(), actor.tenant_id, PageRequest(limit=OFFERED * 20), narrowed)
    return {row["id"] for row in rows}


def _named(actor: Actor, row: RowMapping) -> str:
    kind = OccurrenceKind(row["kind"])
    about = row["about"] if row["is_own"] and actor.may(kind.reads) else None
    where = "" if row["is_own"] else f" ({row['body']})"
    return f"{day(row['happened_on'])}, {kind.label}{where}{f': {about}' if about else ''}"
