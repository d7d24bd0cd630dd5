"""Take a table of key figures: keep it, and have it read into the distribution by a job."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kimhub.core.documents import UploadedFile, discard_document, document_of
from kimhub.core.errors import InvalidInputError, StaleError
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.tables.reading import Work, table_of
from kimhub.core.tables.uploads import keep_table
from kimhub.distributions.errors import AllocatedError
from kimhub.distributions.key_figure_files import (
    MAX_BYTES,
    MOST_READ,
    UnusableTableError,
    lines_of,
    with_lines,
)
from kimhub.distributions.models import KeyFigureFile, KeyFigureState, StoredDistribution
from kimhub.distributions.usecases.store_distribution import (
    change_distribution,
    forget_key_figures,
    load_open,
)
from kimhub.programme.public import KeyLine
from tenants import Actor, Permission, db

READ = "distributions.read-key-figures"
"""The kind of job that reads a table."""

_HOLD = select(StoredDistribution.id).where(StoredDistribution.id == bindparam("id")).with_for_update()
"""Meanwhile nobody uploads another table."""
_CHANGED = (
    "Die Verteilung wurde geändert, während die Tabelle gelesen wurde. Sehen Sie sich die Verteilung an und laden Sie "
    "die Tabelle noch einmal hoch."
)


def upload_key_figures(actor: Actor, distribution_id: UUID, file: UploadedFile) -> None:
    """Keep the table and order its reading; it takes the place of one uploaded before.

    Raises `NotFoundError`, `AllocatedError`, and `DocumentRefusedError` for a file that is no table, too large, damaged
    or protected.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    stored = load_open(session, distribution_id)  # locked: of two uploads the later one counts
    forget_key_figures(session, distribution_id)
    file_id = uuid4()
    document = keep_table(session, actor, file, limit=MAX_BYTES)
    session.add(
        KeyFigureFile(
            tenant_id=actor.tenant_id,
            id=file_id,
            distribution_id=distribution_id,
            distribution_version=stored.version,
            document_id=document.id,
            filename=document.name,
            job_id=after_commit(session, actor, READ, {"file_id": file_id}),
            account_id=actor.subject,
            actor_label=actor.label,
        )
    )
    session.flush()  # the caller shows it


def read_key_figures(actor: Actor, file_id: UUID, work: Work) -> None:
    """Read a table and put its figures into the distribution, or keep what is wrong with it; nothing is half taken.

    The table itself is not kept any longer. Does nothing when another took its place, or its distribution is gone.
    """
    actor.require(Permission.FUNDING_WRITE)
    with work.reading() as session:
        file = session.get(KeyFigureFile, (actor.tenant_id, file_id))
    if file is None or file.document_id is None:
        with work.completing():
            return
    lines, problems = _read(file.document_id, work)
    work.progress("Kennzahlen übernehmen")
    with work.completing() as session:
        session.execute(_HOLD, {"id": file.distribution_id})
        file = session.get(KeyFigureFile, (actor.tenant_id, file_id))
        if file is not None:
            _settle(session, file, problems or _take_over(session, actor, file, lines))


def _read(document_id: UUID, work: Work) -> tuple[list[KeyLine], list[str]]:
    with table_of(work, document_id, most_rows=MOST_READ) as table:
        try:
            return lines_of(table), []
        except UnusableTableError as error:
            return [], error.problems


def _take_over(session: Session, actor: Actor, file: KeyFigureFile, lines: list[KeyLine]) -> list[str]:
    """Change the distribution; return what stands in the way, and then nothing is changed."""
    try:
        stored = load_open(session, file.distribution_id, file.distribution_version)
        changed = with_lines(stored.distribution, lines)
        change_distribution(actor, stored.id, changed, expected_version=stored.version)
    except UnusableTableError as error:
        return error.problems
    except InvalidInputError as error:
        return [sentence for sentences in error.fields.values() for sentence in sentences]
    except StaleError:
        return [_CHANGED]
    except AllocatedError as moved:
        return [f"{moved.title}. {moved.detail}"]
    return []


def _settle(session: Session, file: KeyFigureFile, problems: list[str]) -> None:
    document_id = file.document_id
    file.state = KeyFigureState.REFUSED if problems else KeyFigureState.TAKEN
    file.problems = problems
    file.document_id = None
    file.finished_at = func.clock_timestamp()
    session.flush()  # it refers to the document until here
    if document_id is not None:
        discard_document(session, document_of(session, document_id))
