"""Book a confirmed file: all of it or nothing, in one transaction."""

from __future__ import annotations

from uuid import UUID

from kimhub.core.attempt import attempt
from kimhub.core.jobs.errors import JobError
from kimhub.core.tables.reading import Work
from kimhub.spending.errors import ReceiptBookedError
from kimhub.spending.imports.books import Books, BooksToWrite
from kimhub.spending.imports.checking import Outcome
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import ImportState
from kimhub.spending.usecases.check_import import conclude, look_through, rows_while, settle
from tenants import Actor, Permission


def book_import(actor: Actor, import_id: UUID, work: Work) -> None:
    """Go through the file once more and enter its bookings.

    What has changed in the books since the dry run is found again: then nothing is booked, and the file is faulty with
    the new findings. Does nothing when the file is booked already. Raises `NotFoundError`.

    The bookings have no audit events of their own: the file's event holds a digest of them, which the database computes
    when the file is booked and compares with the count and sum of its rows.
    """
    actor.require(Permission.EXPENDITURE_WRITE)
    with rows_while(ImportState.BOOKING, import_id, work) as rows:
        if rows is None:
            return
        books = BooksToWrite(work, actor, import_id)
        outcome = look_through(rows, books, work)
        if outcome.is_sound:
            try:
                _enter(actor, import_id, books, outcome, work)
            except ReceiptBookedError:
                outcome = look_through(rows, Books(work, actor), work)
                if outcome.is_sound:  # booked in that very moment, and reversed since
                    raise JobError("receipts-in-motion") from None
        if not outcome.is_sound:
            conclude(actor, import_id, rows, outcome, work)


def _enter(actor: Actor, import_id: UUID, books: BooksToWrite, outcome: Outcome, work: Work) -> None:
    """Write all bookings and say so. Raises `ReceiptBookedError`; then nothing stands."""
    with work.completing() as session:
        taken = get_import(session, import_id)
        with attempt(session):
            books.write(session, lambda done, total: work.progress("Ausgaben buchen", done, total))
        settle(session, actor, taken, outcome, state=ImportState.BOOKED)
