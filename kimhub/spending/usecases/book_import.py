"""Book a confirmed file: all of it or nothing, in one transaction."""

from __future__ import annotations

from uuid import UUID

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


def book_import(session: Session, actor: Actor, import_id: UUID, tell: Tell) -> None:
    """Go through the file once more and enter its bookings.

    What has changed in the books since the dry run is found again: then nothing is booked, and the file is faulty with
    the new findings. Does nothing when the file is booked already. Raises `NotFoundError`.

    The bookings have no audit events of their own: the file's event holds a digest of them, which the database computes
    when the file is booked and compares with the count and sum of its rows.
    """
    actor.require(Permission.EXPENDITURE_WRITE)
    taken = get_import(session, import_id)
    if taken.state != ImportState.BOOKING:
        return
    outcome = _enter(session, actor, taken, tell)
    settle(session, actor, taken, outcome, sound=ImportState.BOOKED)


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
