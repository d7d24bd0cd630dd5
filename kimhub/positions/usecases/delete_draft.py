"""A Gemeinde deletes a request that it has begun and never submitted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from kimhub.positions.models import RequestCriterion, RequestFixedError
from kimhub.positions.usecases.loading import load_own
from tenants import Actor, Permission, db
from tenants.children import children_of
from tenants.proceedings import discard_draft


def delete_draft(actor: Actor, request_id: UUID) -> None:
    """Delete a draft with its criteria and internal notes; what it said stays in the audit trail.

    Raises `NotFoundError`, `OtherSideError`, `ForbiddenError`, and `RequestFixedError` once it was submitted: then it
    can only be withdrawn.
    """
    session = db.session()
    loaded = load_own(session, actor, request_id)
    actor.require(Permission.REQUEST_WRITE)
    if loaded.request.released_at is not None:
        raise RequestFixedError(
            "Nur Entwürfe können gelöscht werden. Dieser Antrag ist eingereicht: Sie können ihn zurückziehen, solange "
            "der Kreis nicht entschieden hat."
        )
    session.execute(
        delete(RequestCriterion).where(children_of(RequestCriterion.request_id, [loaded.request]))
    )
    session.delete(loaded.request)
    session.flush()  # the request hangs on its proceeding
    discard_draft(session, loaded.proceeding)
