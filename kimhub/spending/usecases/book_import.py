"""Book a confirmed file: all of it or nothing, in one transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kimhub.core.attempt import attempt
from kimhub.core.jobs.errors import JobError
from kimhub.spending.errors import ReceiptBookedError
from kimhub.spending.imports.books import Books, BooksToWrite
from kimhub.spending.imports.checking import Outcome
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import ExpenditureImport, ImportState
from kimhub.spending.usecases.check_import import Tell, look_through, settle
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
    """Look through the file, and write its bookings if there is no finding."""
    books = BooksToWrite(session, actor, taken.id)
    outcome = look_through(session, taken, books, tell)
    if not outcome.is_sound:
        return outcome
    try:
        with attempt(session):
            books.write(lambda done, total: tell("Ausgaben buchen", done, total))
    except ReceiptBookedError:
        outcome = look_through(session, taken, Books(session, actor), tell)
        if outcome.is_sound:  # booked in that very moment, and reversed since
            raise JobError("receipts-in-motion") from None
    return outcome
