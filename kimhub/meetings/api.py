"""Meetings and papers over the API: what a council information system may keep up to date.

After OParl 1.1 a meeting is a Meeting, a paper a Paper, and that it is on an agenda a Consultation. Of papers that are
not public a caller who keeps none learns no more than a page shows: that there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kimhub.core.api import PageQuerySchema, Resource, chosen, register_api
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.keyset import sought
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.meetings.models import Meeting, Paper
from kimhub.meetings.queries import (
    MEETING,
    MEETINGS,
    PAPER,
    PAPERS,
    MeetingFile,
    PaperFile,
    is_keeper,
    meeting_file,
    paper_file,
    seen_by,
)
from kimhub.meetings.schemas import CancelMeetingSchema, ConsultationItemSchema, MeetingSchema, PaperSchema
from kimhub.meetings.terms import PaperKind
from kimhub.meetings.usecases.agenda import AgendaEntry, change_item, put_on_agenda, take_off_agenda
from kimhub.meetings.usecases.meetings import (
    MeetingDetails,
    NewMeeting,
    cancel_meeting,
    change_meeting,
    delete_meeting,
    enter_meeting,
    restore_meeting,
)
from kimhub.meetings.usecases.papers import PaperDetails, change_paper, delete_paper, enter_paper
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, meetings.blueprint)
    register_api(app, papers.blueprint)


_KINDS = [kind.value for kind in PaperKind]


class MeetingQuerySchema(PageQuerySchema):
    """Which meetings."""

    committee_id = plain.UUID(metadata={"description": "nur die dieses Gremiums"})
    coming = plain.Boolean(metadata={"description": "nur ab heute, ohne abgesagte"})


class _AnyMeetingSchema(CommandSchema):
    """What is told of every meeting."""

    id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)
    committee = plain.String(
        required=True, attribute="name", metadata={"description": "wie das Gremium an dem Tag heißt"}
    )
    day = plain.Date(required=True)
    link = plain.String(required=True, metadata={"description": "Seite im Ratsinformationssystem oder leer"})
    cancelled_on = plain.Date(
        required=True, allow_none=True, metadata={"description": "wann sie abgesagt wurde"}
    )
    cancelled_reason = plain.String(required=True)


class MeetingSummarySchema(_AnyMeetingSchema):
    """A line of the meetings."""

    papers = plain.Integer(required=True, metadata={"description": "Vorlagen auf der Tagesordnung"})


class AgendaItemSchema(CommandSchema):
    """A paper on the agenda."""

    id = plain.UUID(required=True, metadata={"description": "die Beratung; in OParl Consultation"})
    item = plain.String(required=True, metadata={"description": "der Tagesordnungspunkt"})
    is_public = plain.Boolean(required=True)
    paper_id = plain.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "leer, wenn die Vorlage nichtöffentlich ist und hier nicht genannt wird"},
    )
    kind = plain.String(required=True, allow_none=True, metadata={"enum": [*_KINDS, None]})
    number = plain.String(required=True)
    title = plain.String(required=True)
    link = plain.String(required=True)


class MeetingOutSchema(_AnyMeetingSchema):
    """A meeting with its agenda."""

    is_held = plain.Boolean(
        required=True,
        metadata={"description": "ob sie stattgefunden hat: Ihr Tag ist da, und sie ist nicht abgesagt"},
    )
    agenda = plain.List(plain.Nested(AgendaItemSchema), required=True)


class NewMeetingOfCommitteeSchema(MeetingSchema):
    """A meeting with its committee."""

    committee_id = plain.UUID(
        required=True,
        error_messages={
            "required": "Nennen Sie ein Gremium.",
            "invalid_uuid": "Nennen Sie die ID eines Gremiums.",
        },
    )


def _meeting(session: Session, meeting_id: UUID) -> MeetingFile:
    return meeting_file(session, meeting_id, keeper=is_keeper(current_actor()))


def _meeting_body(file: MeetingFile) -> Mapping[str, Any]:
    shown = ("id", "committee_id", "day", "link", "cancelled_on", "cancelled_reason")
    return {
        **{name: getattr(file.meeting, name) for name in shown},
        "name": file.name,
        "is_held": file.is_held,
        "agenda": file.agenda,
    }


meetings = Resource(
    "meetings",
    "Sitzungen der Gremien mit ihrer Tagesordnung (OParl: Meeting)",
    thing=replace(MEETING, load=_meeting),
    shape=MeetingOutSchema,
    body=_meeting_body,
    names="meeting_id",
    read=Permission.MEETING_READ,
    write=Permission.MEETING_WRITE,
    blueprint="meetings-api",
)


@meetings.list(
    MeetingSummarySchema, "Sitzungen auflisten", "Die späteste zuerst.",
    listed=MEETINGS, query=MeetingQuerySchema,
)  # fmt: skip
def list_meetings(
    actor: Actor, asked: PageRequest, *, committee_id: UUID | None = None, coming: bool = False
) -> Sequence[RowMapping]:
    """List the meetings that the body has recorded."""
    narrowed: dict[str, object] = {"coming": True} if coming else {}
    if committee_id:
        narrowed["committee"] = committee_id
    return MEETINGS.fetch(db.session(), actor.tenant_id, asked, narrowed)


meetings.read("Sitzung lesen", "Mit ihrer Tagesordnung.")


@meetings.create(
    NewMeetingOfCommitteeSchema, "Sitzung eintragen",
    "Auch eine vergangene; eine je Gremium und Tag, sonst 409.", refused=(409,),
)  # fmt: skip
def create_meeting(actor: Actor, command: dict[str, Any]) -> Meeting:
    """Enter a meeting."""
    return enter_meeting(actor, NewMeeting(**command))


@meetings.change(MeetingSchema, "Tag oder Verweis einer Sitzung ersetzen", "Die Tagesordnung geht mit.")
def replace_meeting(actor: Actor, file: MeetingFile, command: dict[str, Any]) -> None:
    """Move a meeting, or say where it is shown."""
    change_meeting(actor, file.meeting.id, MeetingDetails(**command))


@meetings.change(
    CancelMeetingSchema, "Sitzung absagen", "Sie bleibt lesbar und gilt als nicht stattgefunden.",
    method="POST", path="/cancel",
)  # fmt: skip
def cancel(actor: Actor, file: MeetingFile, command: dict[str, Any]) -> None:
    """Call a meeting off."""
    cancel_meeting(actor, file.meeting.id, command["reason"])


@meetings.change(None, "Absage zurücknehmen", method="POST", path="/restore")
def restore(actor: Actor, file: MeetingFile) -> None:
    """Undo that a meeting was called off."""
    restore_meeting(actor, file.meeting.id)


@meetings.change(
    None, "Sitzung löschen", "Nur was versehentlich eingetragen ist; 409, solange sie eine Tagesordnung hat.",
    method="DELETE",
)  # fmt: skip
def remove_meeting(actor: Actor, file: MeetingFile) -> None:
    """Delete a meeting that was entered by mistake."""
    delete_meeting(actor, file.meeting.id)


class PaperQuerySchema(PageQuerySchema):
    """Which papers."""

    words = plain.String(
        validate=validate.Length(max=100), metadata={"description": "Teil von Betreff oder Nummer"}
    )
    kind = chosen(PaperKind)


class _AnyPaperSchema(CommandSchema):
    """What is told of every paper."""

    id = plain.UUID(required=True)
    number = plain.String(
        required=True, metadata={"description": "in OParl `reference`; leer, wenn es keine gibt"}
    )
    title = plain.String(required=True, metadata={"description": "in OParl `name`"})
    kind = plain.String(required=True, metadata={"enum": _KINDS, "description": "in OParl `paperType`"})
    is_public = plain.Boolean(required=True)
    link = plain.String(required=True, metadata={"description": "wo sie steht oder leer"})
    dated = plain.Date(required=True, allow_none=True, metadata={"description": "Datum der Vorlage"})


class PaperSummarySchema(_AnyPaperSchema):
    """A line of the papers."""

    meetings = plain.Integer(
        required=True, metadata={"description": "Sitzungen, auf deren Tagesordnung sie steht"}
    )
    last_day = plain.Date(required=True, allow_none=True, metadata={"description": "Tag der letzten davon"})


class ConsultationOutSchema(CommandSchema):
    """That a paper is on an agenda; in OParl a Consultation."""

    id = plain.UUID(required=True)
    meeting_id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)
    committee = plain.String(
        required=True, attribute="name", metadata={"description": "wie das Gremium an dem Tag heißt"}
    )
    day = plain.Date(required=True)
    item = plain.String(required=True, metadata={"description": "der Tagesordnungspunkt"})
    cancelled_on = plain.Date(
        required=True, allow_none=True, metadata={"description": "wann die Sitzung abgesagt wurde"}
    )


class PaperOutSchema(_AnyPaperSchema):
    """A paper with the meetings on whose agenda it is."""

    consultations = plain.List(
        plain.Nested(ConsultationOutSchema), required=True, metadata={"description": "die früheste zuerst"}
    )


class NewConsultationSchema(ConsultationItemSchema):
    """On the agenda of which meeting a paper is put."""

    meeting_id = plain.UUID(
        required=True,
        error_messages={
            "required": "Nennen Sie eine Sitzung.",
            "invalid_uuid": "Nennen Sie die ID einer Sitzung.",
        },
    )


def _paper(session: Session, paper_id: UUID) -> PaperFile:
    return paper_file(session, paper_id, keeper=is_keeper(current_actor()))


def _paper_body(file: PaperFile) -> Mapping[str, Any]:
    shown = ("id", "number", "title", "kind", "is_public", "link", "dated")
    return {
        **{name: getattr(file.paper, name) for name in shown},
        "consultations": file.consultations,
    }


papers = Resource(
    "papers",
    "Vorlagen als Verweise, mit ihren Beratungen (OParl: Paper, Consultation)",
    thing=replace(PAPER, load=_paper),
    shape=PaperOutSchema,
    body=_paper_body,
    names="paper_id",
    read=Permission.MEETING_READ,
    write=Permission.MEETING_WRITE,
    blueprint="papers-api",
)


@papers.list(
    PaperSummarySchema, "Vorlagen auflisten",
    "Die zuletzt eingetragene zuerst. Nichtöffentliche nur für Aufrufer, die Sitzungen und Vorlagen eintragen dürfen.",
    listed=PAPERS, query=PaperQuerySchema,
)  # fmt: skip
def list_papers(
    actor: Actor, asked: PageRequest, *, words: str | None = None, kind: PaperKind | None = None
) -> Sequence[RowMapping]:
    """List the papers that the caller may read."""
    narrowed = dict(seen_by(actor))
    if words:
        narrowed["words"] = sought(words)
    if kind:
        narrowed["kind"] = kind.value
    return PAPERS.fetch(db.session(), actor.tenant_id, asked, narrowed)


papers.read("Vorlage lesen", "Mit ihren Beratungen.")


@papers.create(PaperSchema, "Vorlage eintragen", "Ein Verweis: Der Text bleibt im Ratsinformationssystem.")
def create_paper(actor: Actor, command: dict[str, Any]) -> Paper:
    """Enter a paper."""
    return enter_paper(actor, PaperDetails(**command))


@papers.change(PaperSchema, "Angaben zur Vorlage ersetzen")
def replace_paper(actor: Actor, file: PaperFile, command: dict[str, Any]) -> None:
    """Change what is said of a paper."""
    change_paper(actor, file.paper.id, PaperDetails(**command))


@papers.change(
    None, "Vorlage löschen", "Nur was versehentlich eingetragen ist; 409, solange sie auf einer Tagesordnung steht.",
    method="DELETE",
)  # fmt: skip
def remove_paper(actor: Actor, file: PaperFile) -> None:
    """Delete a paper that was entered by mistake."""
    delete_paper(actor, file.paper.id)


@papers.change(
    NewConsultationSchema, "Vorlage auf eine Tagesordnung setzen",
    "Mehrere Vorlagen können unter einem Punkt stehen; dieselbe steht je Sitzung einmal, sonst 409.",
    method="POST", path="/consultations",
)  # fmt: skip
def consult(actor: Actor, file: PaperFile, command: dict[str, Any]) -> None:
    """Put a paper on the agenda of a meeting."""
    try:
        put_on_agenda(actor, command["meeting_id"], AgendaEntry(item=command["item"], paper_id=file.paper.id))
    except NotFoundError:
        message = "Nennen Sie eine Sitzung, die Ihre Kommune eingetragen hat."
        raise InvalidInputError(message, fields={"meeting_id": [message]}) from None


@papers.change(
    ConsultationItemSchema, "Tagesordnungspunkt ändern", path="/consultations/<uuid:consultation_id>"
)
def move(actor: Actor, file: PaperFile, command: dict[str, Any], *, consultation_id: UUID) -> None:
    """Say under which item the paper stands now."""
    change_item(actor, _of(file, consultation_id), command["item"])


@papers.change(
    None, "Vorlage von einer Tagesordnung nehmen", "Die Vorlage selbst bleibt.",
    method="DELETE", path="/consultations/<uuid:consultation_id>",
)  # fmt: skip
def withdraw(actor: Actor, file: PaperFile, *, consultation_id: UUID) -> None:
    """Take a paper off an agenda."""
    take_off_agenda(actor, _of(file, consultation_id))


def _of(file: PaperFile, consultation_id: UUID) -> UUID:
    if all(row["id"] != consultation_id for row in file.consultations):
        raise NotFoundError
    return consultation_id
