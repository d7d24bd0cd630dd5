"""The forms of an agenda: a paper is put on it from either side, moved to another item, taken off."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Crumb, Fact
from kimhub.meetings.models import Consultation
from kimhub.meetings.pages.blueprint import crumbs, page_url, pages, paper_crumbs
from kimhub.meetings.pages.file import called
from kimhub.meetings.queries import (
    CONSULTATION,
    MEETINGS,
    MeetingFile,
    find_papers,
    get_consultation,
    meeting_file,
    paper_file,
)
from kimhub.meetings.schemas import AgendaSchema, ConsultationItemSchema, MeetingOfPaperSchema
from kimhub.meetings.usecases.agenda import AgendaEntry, change_item, put_on_agenda, take_off_agenda
from kimhub.meetings.usecases.papers import PaperDetails
from tenants import Actor, Permission, db

_MOST = 100
"""So many papers or meetings are offered, the newest; what lies further back is chosen from its own page."""


@pages.route("/sitzungen/<uuid:meeting_id>/tagesordnung", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def put_on(meeting_id: UUID) -> ResponseReturnValue:
    """Put a paper on the agenda: one that is there, or a new one."""
    actor = current_actor()
    file = meeting_file(db.session(), meeting_id, keeper=True)
    here = page_url("show", meeting_id=meeting_id)
    return form_page(
        AgendaSchema(),
        lambda form: put_on_agenda(actor, meeting_id, _entry(form)),
        heading=f"{called(file)}: Vorlage auf die Tagesordnung setzen",
        crumbs=crumbs(Crumb(called(file), here), Crumb("Tagesordnung")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Vorlage steht auf der Tagesordnung.",
        submit="Auf die Tagesordnung setzen",
        initial={"is_public": True},
        options={"paper_id": _papers(actor, file)},
        template="meetings/agenda_form.html",
    )


@pages.route("/vorlagen/<uuid:paper_id>/beratung", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def put_paper_on(paper_id: UUID) -> ResponseReturnValue:
    """Put a paper on the agenda of a meeting that is chosen."""
    actor = current_actor()
    file = paper_file(db.session(), paper_id, keeper=True)
    here = page_url("show_paper", paper_id=paper_id)
    return form_page(
        MeetingOfPaperSchema(),
        lambda form: put_on_agenda(
            actor, UUID(form.data["meeting_id"]), AgendaEntry(item=form.data["item"], paper_id=paper_id)
        ),
        heading="Vorlage auf eine Tagesordnung setzen",
        facts=[Fact("Vorlage", file.paper.title)],
        crumbs=paper_crumbs(Crumb(file.paper.title, here), Crumb("Tagesordnung")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Vorlage steht auf der Tagesordnung.",
        submit="Auf die Tagesordnung setzen",
        options={
            "meeting_id": [
                Option(str(row["id"]), f"{row['name']} am {day(row['day'])}")
                for row in MEETINGS.fetch(
                    db.session(), actor.tenant_id, PageRequest(limit=_MOST), {"not_cancelled": True}
                )[:_MOST]
            ]
        },
    )


@pages.route("/sitzungen/punkt/<uuid:consultation_id>", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def edit_item(consultation_id: UUID) -> ResponseReturnValue:
    """Say under which item a paper stands now."""
    consultation, file, title = _consultation(consultation_id)
    here = page_url("show", meeting_id=consultation.meeting_id)
    return form_page(
        ConsultationItemSchema(),
        lambda form: change_item(current_actor(), consultation_id, form.data["item"]),
        heading="Tagesordnungspunkt ändern",
        facts=[Fact("Sitzung", called(file)), Fact("Vorlage", title)],
        crumbs=crumbs(Crumb(called(file), here), Crumb("Tagesordnungspunkt")),
        cancel_url=here,
        then=lambda _: here,
        done="Der Tagesordnungspunkt ist gespeichert.",
        edits=Edits(CONSULTATION, consultation_id, consultation, lambda found: {"item": found.item}),
    )


@pages.route("/sitzungen/punkt/<uuid:consultation_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def take_off(consultation_id: UUID) -> ResponseReturnValue:
    """Ask, then take a paper off an agenda."""
    consultation, file, title = _consultation(consultation_id)
    here = page_url("show", meeting_id=consultation.meeting_id)
    return ask_page(
        lambda: take_off_agenda(current_actor(), consultation_id),
        about=Seen(CONSULTATION, consultation_id, consultation),
        heading="Vorlage von der Tagesordnung nehmen?",
        facts=[
            Fact("Sitzung", called(file)),
            Fact("Tagesordnungspunkt", consultation.item),
            Fact("Vorlage", title),
        ],
        consequences=[
            "Die Vorlage selbst bleibt eingetragen.",
            "Dass sie auf der Tagesordnung stand, hält der Änderungsverlauf fest.",
        ],
        submit="Von der Tagesordnung nehmen",
        crumbs=crumbs(Crumb(called(file), here), Crumb("Von der Tagesordnung nehmen")),
        back_url=here,
        then=lambda _: here,
        done="Die Vorlage steht nicht mehr auf der Tagesordnung.",
    )


def _consultation(consultation_id: UUID) -> tuple[Consultation, MeetingFile, str]:
    """Return a consultation with its meeting and the title of its paper; raises `NotFoundError`."""
    session = db.session()
    consultation = get_consultation(session, consultation_id)
    file = meeting_file(session, consultation.meeting_id, keeper=True)
    title = next(row["title"] for row in file.agenda if row["id"] == consultation_id)
    return consultation, file, title


def _papers(actor: Actor, file: MeetingFile) -> list[Option]:
    there = {row["paper_id"] for row in file.agenda}
    return [
        Option(str(row["id"]), " ".join(part for part in (row["number"], row["title"]) if part))
        for row in find_papers(db.session(), actor, most=_MOST)
        if row["id"] not in there
    ]


def _entry(form: Form) -> AgendaEntry:
    """Return what the form says; raises `InvalidInputError` for a new paper without its kind."""
    said = dict(form.data)
    item, paper_id = said.pop("item"), said.pop("paper_id")
    if not said["title"]:
        return AgendaEntry(item=item, paper_id=UUID(paper_id) if paper_id else None)
    if said["kind"] is None:
        message = "Wählen Sie die Art der neuen Vorlage."
        raise InvalidInputError(message, fields={"kind": [message]})
    return AgendaEntry(item=item, paper_id=UUID(paper_id) if paper_id else None, new=PaperDetails(**said))
