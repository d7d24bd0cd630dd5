"""Check a file without booking anything: the dry run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from uuid import UUID

import structlog
from sqlalchemy import delete, func, insert
from sqlalchemy.orm import Session

from kimhub.core.documents import DocumentRefusedError, UploadedFile
from kimhub.core.documents.kinds import SPREADSHEETS
from kimhub.core.documents.store import store_document
from kimhub.core.events.telling import tell
from kimhub.core.money import to_json
from kimhub.core.tables.reading import Rows, Work, table_of
from kimhub.core.tables.uploads import MAX_TABLE_SIZE
from kimhub.spending.events import FILE_SETTLED
from kimhub.spending.imports.annotating import annotated
from kimhub.spending.imports.books import BATCH, Books
from kimhub.spending.imports.checking import MOST_READ, Outcome, go_through
from kimhub.spending.imports.findings import Finding
from kimhub.spending.imports.headings import Headings
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import ExpenditureImport, ImportFinding, ImportState
from tenants import Actor, Permission

_log = structlog.get_logger("kimhub.spending")


def check_import(actor: Actor, import_id: UUID, work: Work) -> None:
    """Check every row, and keep what was found with a copy of the file that says it row by row.

    Does nothing when the file was checked already. Raises `NotFoundError`.
    """
    actor.require(Permission.EXPENDITURE_WRITE)
    with rows_while(ImportState.CHECKING, import_id, work) as rows:
        if rows is None:
            return
        outcome = look_through(rows, Books(work, actor), work)
        conclude(actor, import_id, rows, outcome, work)


@contextmanager
def rows_while(state: ImportState, import_id: UUID, work: Work) -> Iterator[Rows | None]:
    """Yield the rows of a file in this state; of one that is further already None, and its job is complete."""
    with work.reading() as session:
        taken = get_import(session, import_id)
    if taken.state == state:
        with table_of(work, taken.document_id, most_rows=MOST_READ) as rows:
            yield rows
    else:
        with work.completing():
            yield None


def look_through(rows: Rows, books: Books, work: Work) -> Outcome:
    """Hold every row of the file against itself and the books."""
    return go_through(rows, books, lambda done, total: work.progress("Zeilen prüfen", done, total))


def conclude(actor: Actor, import_id: UUID, rows: Rows, outcome: Outcome, work: Work) -> None:
    """Keep what a look through the file has found, and complete the job; the file is then ready or faulty."""
    work.progress("Ergebnis ablegen")
    copy = _annotated(rows, outcome) if outcome.findings.listed and outcome.headings else None
    with work.completing() as session:
        taken = get_import(session, import_id)
        if copy is not None:
            taken.annotated_id = _stored(session, actor, taken, copy)
        state = ImportState.READY if outcome.is_sound else ImportState.FAULTY
        settle(session, actor, taken, outcome, state=state)


def settle(
    session: Session, actor: Actor, taken: ExpenditureImport, outcome: Outcome, *, state: ImportState
) -> None:
    """Write down what was found and the state in which the file is then, and tell who waits for it."""
    session.execute(
        delete(ImportFinding).where(
            ImportFinding.tenant_id == taken.tenant_id, ImportFinding.import_id == taken.id
        )
    )
    found = outcome.findings
    rows = [_row(taken, number, finding) for number, finding in enumerate(found.listed)]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(ImportFinding), rows[start : start + BATCH])
    taken.rows, taken.amount = outcome.rows, outcome.amount
    taken.errors, taken.hints = found.errors, found.hints
    taken.summary = {"sums": _sums(outcome), **_columns(outcome.headings)}
    taken.state = state
    taken.checked_at = func.clock_timestamp()
    if state is ImportState.BOOKED:
        taken.booked_at = func.clock_timestamp()
    tell(session, actor, FILE_SETTLED[state], taken.id, about=taken.filename)
    session.flush()


def _row(taken: ExpenditureImport, number: int, finding: Finding) -> dict[str, object]:
    return {
        "tenant_id": taken.tenant_id,
        "import_id": taken.id,
        "number": number,
        "severity": str(finding.severity),
        "code": str(finding.code),
        "row_number": finding.row,
        "heading": finding.column,
        "place": finding.column_index,
        "message": finding.message,
        "cure": finding.cure,
    }


def _annotated(rows: Rows, outcome: Outcome) -> bytes | None:
    """Return the copy; None of a file that breaks the writer, whose findings can be read on the page all the same."""
    found = outcome.findings
    try:
        return annotated(rows, found.listed, found.errors + found.hints)
    except (ValueError, TypeError, ArithmeticError, MemoryError) as error:
        _log.warning("file-broke-copy", error=type(error).__name__, exc_info=error)
        return None


def _stored(session: Session, actor: Actor, taken: ExpenditureImport, copy: bytes) -> UUID | None:
    path = PurePosixPath(taken.filename)
    file = UploadedFile(f"{path.stem} geprüft{path.suffix}", copy)
    try:
        return store_document(session, actor, file, kinds=SPREADSHEETS, limit=2 * MAX_TABLE_SIZE).id
    except DocumentRefusedError:  # too large, or no room: the findings can be read on the page all the same
        return None


def _sums(outcome: Outcome) -> list[dict[str, object]]:
    return [
        {"year": year, "baustein": int(part), "count": count, "amount": to_json(amount)}
        for (year, part), (count, amount) in sorted(outcome.sums.items())
    ]


def _columns(headings: Headings | None) -> dict[str, object]:
    if headings is None:
        return {}
    return {
        "columns": {column.label: headings.names[place] for column, place in headings.places.items()},
        "ignored": headings.ignored,
    }
