"""A paper is put on the agenda of a meeting: one that is known, or a new one in the same step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.versions import locked
from kimhub.meetings.models import Consultation, Meeting, Paper
from kimhub.meetings.usecases.papers import PaperDetails, enter_paper
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaEntry:
    """Under which item a paper stands: one that is known, by its id, or a new one."""

    item: str
    paper_id: UUID | None = None
    new: PaperDetails | None = None


def put_on_agenda(actor: Actor, meeting_id: UUID, entry: AgendaEntry) -> Consultation:
    """Put a paper on the agenda of a meeting.

    Raises `ForbiddenError`, `NotFoundError` for meeting or paper, `InvalidInputError` where not exactly one paper is
    named, `ConflictError` where it is on this agenda already.
    """
    actor.require(Permission.MEETING_WRITE)
    session = db.session()
    if session.scalar(select(Meeting.id).where(Meeting.id == meeting_id)) is None:
        raise NotFoundError
    if entry.new is not None and entry.paper_id is None:
        paper = enter_paper(actor, entry.new)
    elif entry.new is None and entry.paper_id is not None:
        paper = locked(session, Paper, entry.paper_id)
    else:
        message = "Wählen Sie eine Vorlage, oder tragen Sie eine neue ein, nicht beides."
        raise InvalidInputError(message, fields={"paper_id": [message]})
    consultation = Consultation(
        tenant_id=actor.tenant_id, meeting_id=meeting_id, paper_id=paper.id, item=entry.item
    )
    session.add(consultation)
    session.flush()  # the constraints speak now
    return consultation


def change_item(actor: Actor, consultation_id: UUID, item: str) -> Consultation:
    """Say under which item the paper stands now; raises `ForbiddenError`, `NotFoundError`."""
    consultation = own_consultation(actor, consultation_id)
    consultation.item = item
    return consultation


def take_off_agenda(actor: Actor, consultation_id: UUID) -> Consultation:
    """Take a paper off an agenda; the paper stays. Raises `ForbiddenError`, `NotFoundError`."""
    consultation = own_consultation(actor, consultation_id)
    session = db.session()
    session.delete(consultation)
    session.flush()
    return consultation


def own_consultation(actor: Actor, consultation_id: UUID) -> Consultation:
    """Return a consultation, its paper held until the transaction ends; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.MEETING_WRITE)
    session = db.session()
    of_paper = select(Consultation.paper_id).where(Consultation.id == consultation_id)
    paper_id = session.scalar(of_paper)
    if paper_id is None:
        raise NotFoundError
    locked(session, Paper, paper_id)
    return locked(session, Consultation, consultation_id)
