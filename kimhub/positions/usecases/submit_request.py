"""A Gemeinde submits its request; from here on the Kreis sees it."""

from __future__ import annotations

from sqlalchemy import func, select

from kimhub.core import clock
from kimhub.core.documents import Document, release_document
from kimhub.core.events.steps import take_step
from kimhub.occurrences.public import Happened, OccurrenceKind, record
from kimhub.positions.criteria import Criterion
from kimhub.positions.models import IncompleteRequestError
from kimhub.positions.queries import criteria_rows
from kimhub.positions.usecases.loading import load_own
from kimhub.positions.workflow import WORKFLOW
from tenants import Actor, Permission, db
from tenants.proceedings import ProceedingEntry, Step, latest_entry


def submit_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Submit a complete request: release it and its documents to the Kreis and append the step.

    Raises `ForbiddenError`, `NotFoundError`, `ProceedingMovedError` when it is no draft any more, and
    `IncompleteRequestError` with a reason for each criterion that is missing.
    """
    session = db.session()
    loaded = load_own(session, actor, command.proceeding_id)
    actor.require(Permission.REQUEST_WRITE)
    request = loaded.request
    criteria = criteria_rows(session, request)
    if latest_entry(session, request.id) is None:
        obstacles = request.obstacles([Criterion(row.criterion) for row in criteria if row.met])
        if obstacles:
            raise IncompleteRequestError(
                "Es fehlt noch etwas. Die Gründe stehen bei den einzelnen Angaben.",
                fields={obstacle.field: [obstacle.reason] for obstacle in obstacles},
            )
        request.released_at = session.scalar(select(func.now()))
        documents = [row.document_id for row in criteria if row.document_id]
        for document in session.scalars(select(Document).where(Document.id.in_(documents))):
            release_document(session, document, counterpart_id=request.counterpart_id)
        session.flush()  # the first entry may stand only beside a released request
    entry = take_step(
        session, actor, WORKFLOW, loaded.proceeding,
        action="submit", note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip
    record(
        actor,
        Happened(
            kind=OccurrenceKind.POSITION_REQUEST,
            source_id=request.id,
            subject_id=request.id,
            about=request.function,
            on=clock.today(),
        ),
    )
    return entry
