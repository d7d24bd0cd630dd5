"""Decide about a checked file: book it, or drop it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from kimhub.core.errors import ConflictError
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.versions import locked
from kimhub.spending.models import ExpenditureImport, ImportState
from tenants import Actor, Permission, db

BOOK = "spending.book"
"""The kind of job that books a file."""

_MOVED = "Die Datei ist inzwischen in einem anderen Stand: {}. Öffnen Sie sie neu."


def confirm_import(actor: Actor, import_id: UUID) -> ExpenditureImport:
    """Have the bookings of a checked file entered, all or nothing.

    Raises `NotFoundError`, and `ConflictError` when the file is faulty, or somebody has decided already.
    """
    session = db.session()
    taken = _decide(
        session,
        actor,
        import_id,
        (ImportState.READY,),
        state=ImportState.BOOKING,
        confirmed_at=func.now(),
        confirmed_by=actor.subject,
        confirmed_label=actor.label,
    )
    taken.job_id = after_commit(session, actor, BOOK, {"import_id": taken.id})
    session.flush()
    return taken


def discard_import(actor: Actor, import_id: UUID) -> ExpenditureImport:
    """Drop a checked file; it and its findings remain readable. Raises like `confirm_import`."""
    session = db.session()
    return _decide(
        session,
        actor,
        import_id,
        (ImportState.READY, ImportState.FAULTY),
        state=ImportState.DISCARDED,
    )


def _decide(
    session: Session, actor: Actor, import_id: UUID, allowed: tuple[ImportState, ...], **values: object
) -> ExpenditureImport:
    """Move the file on; of two who decide at the same moment the second finds no row to change."""
    actor.require(Permission.EXPENDITURE_WRITE)
    taken = locked(session, ExpenditureImport, import_id)
    moved = session.execute(
        update(ExpenditureImport)
        .where(
            ExpenditureImport.tenant_id == actor.tenant_id,
            ExpenditureImport.id == import_id,
            ExpenditureImport.state.in_(allowed),
        )
        .values(values)
        .returning(ExpenditureImport.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(taken)
    if moved is None:
        raise ConflictError(_MOVED.format(ImportState(taken.state).label))
    return taken
