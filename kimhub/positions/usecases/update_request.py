"""A Gemeinde changes what it asks for, in the draft or while the Kreis waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kimhub.positions.models import PositionRequest
from kimhub.positions.usecases.create_request import RequestDetails
from kimhub.positions.usecases.loading import load_editable
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest:
    """The new details of a request."""

    request_id: UUID
    details: RequestDetails


def update_request(actor: Actor, command: UpdateRequest) -> PositionRequest:
    """Replace the details; what they were stays in the audit trail.

    Raises `ForbiddenError`, `NotFoundError`, and `RequestFixedError` when the state allows no change.
    """
    session = db.session()
    loaded = load_editable(session, actor, command.request_id)
    actor.require(Permission.REQUEST_WRITE)
    request = loaded.request
    request.function = command.details.function
    if loaded.proceeding.released_at is None:  # what the Kreis knows the file by is not reworded
        loaded.proceeding.subject = command.details.function
    request.fte = command.details.fte
    request.starts_on = command.details.starts_on
    request.justification = command.details.justification
    session.flush()  # constraints speak now, while the caller can still answer
    return request
