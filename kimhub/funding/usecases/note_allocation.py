"""Either side keeps a note on an allocation that only its own people see."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kimhub.core.errors import InvalidInputError, NotFoundError
from tenants import Actor, Permission, db
from tenants.proceedings import Proceeding, ProceedingNote, add_note


def note_allocation(actor: Actor, allocation_id: UUID, text: str) -> ProceedingNote:
    """Keep an internal note; raises `ForbiddenError`, `NotFoundError`, `InvalidInputError` for an empty text."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    proceeding = session.scalars(select(Proceeding).where(Proceeding.id == allocation_id)).one_or_none()
    if proceeding is None:
        raise NotFoundError
    if not text.strip():
        raise InvalidInputError(fields={"text": ["Geben Sie den Text der Notiz ein."]})
    return add_note(session, actor, proceeding, text=text)
