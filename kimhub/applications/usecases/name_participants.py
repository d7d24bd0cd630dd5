"""Name who took part in the Förderskizze."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kimhub.applications.models import FoerderskizzeParticipant, GrantApplication
from kimhub.applications.queries import get_participant
from kimhub.applications.usecases.loading import load_draft
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """An organisation or role, whether it belongs to the applicant's administration, and what it contributed."""

    name: str
    inside: bool
    contribution: str = ""


def add_participant(actor: Actor, application_id: UUID, command: Participation) -> FoerderskizzeParticipant:
    """Add a participant to a draft."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    participant = FoerderskizzeParticipant(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        application_id=application.id,
        name=command.name,
        inside=command.inside,
        contribution=command.contribution,
    )
    session.add(participant)
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return participant


def change_participant(
    actor: Actor, participant_id: UUID, command: Participation
) -> FoerderskizzeParticipant:
    """Replace what is said about a participant."""
    session = db.session()
    participant, application = _of_draft(session, actor, participant_id)
    participant.name, participant.inside = command.name, command.inside
    participant.contribution = command.contribution
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return participant


def remove_participant(actor: Actor, participant_id: UUID) -> GrantApplication:
    """Take a participant out of a draft."""
    session = db.session()
    participant, application = _of_draft(session, actor, participant_id)
    session.delete(participant)
    application.touch()
    return application


def _of_draft(
    session: Session, actor: Actor, participant_id: UUID
) -> tuple[FoerderskizzeParticipant, GrantApplication]:
    actor.require(Permission.FUNDING_WRITE)
    participant = get_participant(session, participant_id)
    application = load_draft(session, actor, participant.application_id)
    session.refresh(participant)  # as it is now that the draft is held
    return participant, application
