"""A Gemeinde says whether it meets a criterion, and by what one can see it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kimhub.core.documents import (
    UploadedFile,
    discard_document,
    document_of,
    store_document,
)
from kimhub.core.errors import InvalidInputError
from kimhub.positions.criteria import NO_EVIDENCE, Criterion
from kimhub.positions.models import RequestCriterion
from kimhub.positions.usecases.loading import load_editable
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCriterion:
    """Met or not, the evidence in words; `file` replaces the document, `remove_document` takes it away."""

    request_id: UUID
    criterion: Criterion
    met: bool
    evidence: str = ""
    file: UploadedFile | None = None
    remove_document: bool = False


def set_criterion(actor: Actor, command: SetCriterion) -> RequestCriterion:
    """Record the criterion; a replaced document is discarded unless the Kreis has seen it.

    Once the request is submitted its documents are shared as it is. Raises `ForbiddenError`, `NotFoundError`,
    `RequestFixedError`, `DocumentRefusedError`, and `InvalidInputError` for a criterion met without evidence.
    """
    session = db.session()
    request = load_editable(session, actor, command.request_id).request
    actor.require(Permission.REQUEST_WRITE)
    if command.met and not command.evidence.strip():
        raise InvalidInputError(fields={"evidence": [NO_EVIDENCE]})
    row = session.scalars(
        select(RequestCriterion).where(
            RequestCriterion.tenant_id == actor.tenant_id,
            RequestCriterion.request_id == request.id,
            RequestCriterion.criterion == command.criterion,
        )
    ).one()
    row.met = command.met
    row.evidence = command.evidence.strip()
    replaced = row.document_id
    if command.file is not None:
        shared_with = request.counterpart_id if request.released_at else None
        row.document_id = store_document(session, actor, command.file, counterpart_id=shared_with).id
    elif command.remove_document:
        row.document_id = None
    session.flush()  # the criterion lets go of the document before that is discarded; constraints speak now
    if replaced is not None and replaced != row.document_id:
        discard_document(session, document_of(session, replaced))
    return row
