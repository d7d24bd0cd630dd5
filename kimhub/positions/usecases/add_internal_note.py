"""Either side keeps a note that only its own people see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kimhub.core.errors import InvalidInputError
from kimhub.positions.usecases.loading import load
from tenants import Actor, Permission, db
from tenants.proceedings import ProceedingNote, add_note


@dataclass(frozen=True, slots=True, kw_only=True)
class AddInternalNote:
    """The text to keep with a request."""

    request_id: UUID
    text: str


def add_internal_note(actor: Actor, command: AddInternalNote) -> ProceedingNote:
    """Keep an internal note; whoever writes or decides requests may.

    Raises `NotFoundError`, `ForbiddenError`, and `InvalidInputError` for an empty text.
    """
    session = db.session()
    loaded = load(session, command.request_id)
    if not actor.may(Permission.REQUEST_DECIDE):
        actor.require(Permission.REQUEST_WRITE)
    if not command.text.strip():
        raise InvalidInputError(fields={"text": ["Geben Sie den Text der Notiz ein."]})
    return add_note(session, actor, loaded.proceeding, text=command.text)
