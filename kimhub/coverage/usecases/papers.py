"""A body says what a paper was about: the committees on whose agenda it stands have been told of that."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select

from kimhub.core.errors import NotFoundError
from kimhub.core.versions import locked
from kimhub.coverage.models import PaperTopic
from kimhub.coverage.queries import coverage_file
from kimhub.meetings.public import Paper
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaperTopic:
    """Which paper was about what."""

    occurrence_id: UUID
    paper_id: UUID


def relate_paper(actor: Actor, command: NewPaperTopic) -> PaperTopic:
    """Say that a paper is about something that happened, also one of an earlier meeting.

    Raises `ForbiddenError`, `NotFoundError` for a paper or something that is not there, and `ToldError` where that is
    on record already.
    """
    actor.require(Permission.NOTICE_WRITE)
    session = db.session()
    file = coverage_file(session, actor.tenant_id, command.occurrence_id)
    if not session.scalar(
        select(exists().where(Paper.tenant_id == actor.tenant_id, Paper.id == command.paper_id))
    ):
        raise NotFoundError
    topic = PaperTopic(
        tenant_id=actor.tenant_id,
        owner_id=file.line.tenant_id,
        occurrence_id=command.occurrence_id,
        paper_id=command.paper_id,
        actor_label=actor.label,
    )
    session.add(topic)
    session.flush()  # constraints speak now
    return topic


def unrelate_paper(actor: Actor, topic_id: UUID) -> None:
    """Say that a paper is not about it after all; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.NOTICE_WRITE)
    session = db.session()
    session.delete(locked(session, PaperTopic, topic_id))
    session.flush()
