"""What bodies do with meetings and papers, in transactions that commit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kimhub.core import clock
from kimhub.meetings.queries import MeetingFile, PaperFile, meeting_file, paper_file
from kimhub.meetings.terms import PaperKind
from kimhub.meetings.usecases.agenda import AgendaEntry, put_on_agenda
from kimhub.meetings.usecases.meetings import NewMeeting, enter_meeting
from kimhub.meetings.usecases.papers import PaperDetails, enter_paper
from tenants import Actor, transaction

CLOSED = "Vergabe an einen Träger"
"""The title of a paper that is not public."""


def in_days(days: int) -> date:
    """Return the day that many days from today on."""
    return clock.today() + timedelta(days=days)


def met(actor: Actor, committee_id: UUID, day: date, **said: Any) -> UUID:
    """Enter a meeting."""
    with transaction(actor):
        return enter_meeting(actor, NewMeeting(committee_id=committee_id, day=day, **said)).id


def details(**said: Any) -> PaperDetails:
    """What a paper is called; a Mitteilungsvorlage unless another kind is said."""
    return PaperDetails(**{"title": "Sachstand KIM", "kind": PaperKind.INFORMATION, **said})


def written(actor: Actor, **said: Any) -> UUID:
    """Enter a paper."""
    with transaction(actor):
        return enter_paper(actor, details(**said)).id


def placed(actor: Actor, meeting_id: UUID, paper: UUID | PaperDetails, item: str = "1") -> UUID:
    """Put a paper on an agenda: one that is there, or a new one."""
    named = {"paper_id": paper} if isinstance(paper, UUID) else {"new": paper}
    with transaction(actor):
        return put_on_agenda(actor, meeting_id, AgendaEntry(item=item, **named)).id


def meeting(actor: Actor, meeting_id: UUID, *, keeper: bool = True) -> MeetingFile:
    with transaction(actor, read_only=True) as session:
        file = meeting_file(session, meeting_id, keeper=keeper)
        session.expunge_all()
        return file


def paper(actor: Actor, paper_id: UUID, *, keeper: bool = True) -> PaperFile:
    with transaction(actor, read_only=True) as session:
        file = paper_file(session, paper_id, keeper=keeper)
        session.expunge_all()
        return file
