"""Check a file without booking anything: the dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import delete, func, insert
from sqlalchemy.orm import Session

from kimhub.core.documents import DocumentRefusedError, UploadedFile, content_stream, document_of
from kimhub.core.documents.kinds import SPREADSHEETS
from kimhub.core.documents.store import store_document
from kimhub.core.money import to_json
from kimhub.spending.imports.annotating import annotated
from kimhub.spending.imports.books import BATCH, Books, planned_each_time
from kimhub.spending.imports.checking import Outcome, go_through
from kimhub.spending.imports.findings import Finding, FindingCode
from kimhub.spending.imports.headings import Headings
from kimhub.spending.imports.queries import get_import
from kimhub.spending.imports.source import Source, UnreadableFileError
from kimhub.spending.imports.uploads import MAX_IMPORT_SIZE, open_source
from kimhub.spending.models import ExpenditureImport, ImportFinding, ImportState
from tenants import Actor, Permission

Tell = Callable[[str, int | None, int | None], None]
"""Called with the German name of the stage, and how many rows are done, of how many."""


def check_import(session: Session, actor: Actor, import_id: UUID, tell: Tell) -> None:
    """Check every row, and keep what was found with a copy of the file that says it row by row.

    Does nothing when the file was checked already. Raises `NotFoundError`.
    """
    actor.require(Permission.EXPENDITURE_WRITE)
    taken = get_import(session, import_id)
    if taken.state != ImportState.CHECKING:
        return
    outcome = look_through(session, taken, Books(session, actor), tell)
    tell("Ergebnis ablegen", None, None)
    settle(session, actor, taken, outcome, sound=ImportState.READY)


def look_through(session: Session, taken: ExpenditureImport, books: Books, tell: Tell) -> Outcome:
    """Hold every row of the file against itself and the books."""
    with opened(session, taken) as source:
        if isinstance(source, Outcome):
            return source
        with planned_each_time(session):
            return go_through(source, books, lambda done, total: tell("Zeilen prüfen", *counted(done, total)))


@contextmanager
def opened(session: Session, taken: ExpenditureImport) -> Iterator[Source | Outcome]:
    """Yield the rows of the kept file; for one that cannot be opened an outcome that says so."""
    document = document_of(session, taken.document_id)
    with content_stream(session, document) as stream:
        try:
            source: Source | Outcome = open_source(document.media_type, stream)
        except UnreadableFileError as trouble:
            source = Outcome()
            source.findings.add(Finding(FindingCode.UNREADABLE, trouble.message, trouble.cure))
        yield source


def counted(done: int, total: int | None) -> tuple[int | None, int | None]:
    """Return progress that never says more than all."""
    return (None, None) if total is None else (min(done, total), total)


def settle(
    session: Session, actor: Actor, taken: ExpenditureImport, outcome: Outcome, *, sound: ImportState
) -> None:
    """Keep what a pass has found; the file is then in the state `sound`, or faulty."""
    session.execute(
        delete(ImportFinding).where(
            ImportFinding.tenant_id == taken.tenant_id, ImportFinding.import_id == taken.id
        )
    )
    found = outcome.findings
    rows = [_row(taken, number, finding) for number, finding in enumerate(found.listed)]
    for start in range(0, len(rows), BATCH):
        session.execute(insert(ImportFinding), rows[start : start + BATCH])
    if found.listed and outcome.headings and not (outcome.is_sound and taken.annotated_id):
        taken.annotated_id = _annotated_copy(session, actor, taken, outcome)
    taken.rows, taken.amount = outcome.rows, outcome.amount
    taken.errors, taken.hints = found.errors, found.hints
    taken.summary = {"sums": _sums(outcome), **_columns(outcome.headings)}
    taken.state = sound if outcome.is_sound else ImportState.FAULTY
    taken.checked_at = func.clock_timestamp()
    if taken.state == ImportState.BOOKED:
        taken.booked_at = func.clock_timestamp()
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


def _annotated_copy(
    session: Session, actor: Actor, taken: ExpenditureImport, outcome: Outcome
) -> UUID | None:
    found = outcome.findings
    with opened(session, taken) as source:
        if isinstance(source, Outcome):
            return None
        content = annotated(source, found.listed, found.errors + found.hints)
    path = PurePosixPath(taken.filename)
    file = UploadedFile(f"{path.stem} geprüft{path.suffix}", content)
    try:
        return store_document(session, actor, file, kinds=SPREADSHEETS, limit=2 * MAX_IMPORT_SIZE).id
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
