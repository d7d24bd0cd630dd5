"""Book a confirmed file: all of it or nothing, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kimhub.spending.imports.books import write_bookings
from kimhub.spending.imports.checking import Outcome, go_through
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import ExpenditureImport, ImportState
from kimhub.spending.usecases.book_expenditure import BookExpenditure
from kimhub.spending.usecases.check_import import (
    DryBooks,
    Tell,
    counted,
    look_through,
    opened,
    settle,
)
from tenants import Actor, Permission

_FOR_MANY_ROWS = (
    "SET LOCAL statement_timeout = '300s'",
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL enable_sort = off",
    "DISCARD PLANS",
    # One after the other: while the events are written the head of the chain must not follow each of them.
    "SET CONSTRAINTS expenditure_audit IMMEDIATE",
    "SET CONSTRAINTS audit_event_head IMMEDIATE",
)
"""Index scans only; valid until the end of this transaction."""


class _Books(DryBooks):
    """The books, written to."""

    def __init__(self, session: Session, actor: Actor, import_id: UUID) -> None:
        super().__init__(session, actor)
        self._import_id = import_id

    def write(self, batch: Sequence[tuple[BookExpenditure, int]]) -> None:
        """Enter a batch."""
        write_bookings(self._session, self._actor, self._import_id, batch)


def book_import(session: Session, actor: Actor, import_id: UUID, tell: Tell) -> None:
    """Go through the file once more and enter its bookings.

    What has changed in the books since the dry run is found again: then nothing is booked, and the file is faulty with
    the new findings. Does nothing when the file is booked already. Raises `NotFoundError`.
    """
    actor.require(Permission.EXPENDITURE_WRITE)
    taken = get_import(session, import_id)
    if taken.state != ImportState.BOOKING:
        return
    outcome = _enter(session, actor, taken, tell)
    settle(session, actor, taken, outcome, sound=ImportState.BOOKED)
    if outcome.is_sound:
        tell("Änderungsverlauf schreiben", None, None)
        _write_audit(session)


def _write_audit(session: Session) -> None:
    """Let the audit of all bookings be written now, while the job still gives signs of life, and not at the commit.

    For many rows it takes longer than the half minute that a statement of the application usually has. The plans of
    the triggers are made anew for it: those made while the audit table was small would read it whole for each row.
    """
    for statement in _FOR_MANY_ROWS:
        session.execute(text(statement))


def _enter(session: Session, actor: Actor, taken: ExpenditureImport, tell: Tell) -> Outcome:
    """Write the bookings, and take them back if there is any finding."""
    with opened(session, taken) as source:
        if isinstance(source, Outcome):
            return source
        entered = session.begin_nested()
        try:
            outcome = go_through(
                source,
                _Books(session, actor, taken.id),
                lambda done, total: tell("Ausgaben buchen", *counted(done, total)),
            )
        except IntegrityError:  # somebody has booked one of the receipts in this very moment
            entered.rollback()
            return look_through(session, actor, taken, tell)
    if outcome.is_sound:
        entered.commit()
    else:
        entered.rollback()
    return outcome
