"""Reads of imported files: the list, one with its progress, its findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.queries import JobStatus, job_status
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.spending.models import ExpenditureImport, ImportFinding, ImportState
from kimhub.spending.models.files import WORKING
from tenants import Actor

FINDING_KEY = (int,)

_ONE = select(ExpenditureImport).where(ExpenditureImport.id == bindparam("id"))
IMPORTS = KeysetList(
    select(
        ExpenditureImport.id,
        ExpenditureImport.filename,
        alphabetical(ExpenditureImport.filename).label("filename_key"),
        ExpenditureImport.state,
        ExpenditureImport.rows,
        ExpenditureImport.errors,
        ExpenditureImport.hints,
        ExpenditureImport.amount,
        ExpenditureImport.created_at,
        ExpenditureImport.actor_label,
        ExpenditureImport.booked_at,
    ),
    scope=ExpenditureImport.tenant_id,
    orders={
        "created": Order("-created_at", "-id"),
        "filename": Order(
            "filename_key", "-created_at", "-id", few_rows="files are read in by hand, some a month"
        ),
    },
)
FINDINGS = KeysetList(
    select(
        ImportFinding.number,
        ImportFinding.severity,
        ImportFinding.code,
        ImportFinding.row_number,
        ImportFinding.heading,
        ImportFinding.message,
        ImportFinding.cure,
    ),
    scope=ImportFinding.tenant_id,
    orders={"number": Order("number")},
    conditions={"import_id": ImportFinding.import_id == bindparam("import_id")},
    within="import_id",
)
_BOOKED_BEFORE = (
    select(ExpenditureImport.id, ExpenditureImport.filename, ExpenditureImport.booked_at)
    .where(
        ExpenditureImport.tenant_id == bindparam("tenant"),
        ExpenditureImport.sha256 == bindparam("sha256"),
        ExpenditureImport.state == ImportState.BOOKED,
        ExpenditureImport.id != bindparam("id"),
    )
    .order_by(ExpenditureImport.booked_at.desc(), ExpenditureImport.id)
    .limit(1)
)


def get_import(session: Session, import_id: UUID) -> ExpenditureImport:
    """Return an imported file, else `NotFoundError`."""
    found = session.scalars(_ONE, {"id": import_id}).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class ShownImport:
    """An imported file, and how far the work on it is."""

    taken: ExpenditureImport
    job: JobStatus | None

    @property
    def state(self) -> ImportState:
        """Return the stored state."""
        return ImportState(self.taken.state)

    @property
    def is_open(self) -> bool:
        """Tell whether it still makes sense to ask again."""
        return self.state in WORKING and self.job is not None and self.job.is_open

    @property
    def was_given_up(self) -> bool:
        """Tell whether nothing was wrong with the file, but the work on it failed for good."""
        return self.state in WORKING and not self.is_open


def show_import(session: Session, import_id: UUID) -> ShownImport:
    """Return an imported file with its progress, else `NotFoundError`."""
    taken = get_import(session, import_id)
    job = job_status(session, taken.job_id) if taken.job_id and taken.state in WORKING else None
    if job is not None and not job.is_open:
        # Job and file are completed in one transaction; it may lie between the two looks.
        session.refresh(taken)
    return ShownImport(taken, job)


IMPORT = Versioned(
    ExpenditureImport,
    show_import,
    parts=lambda shown: (shown.taken,),
    state=lambda shown: {"state": shown.state.value},
)
"""How an imported file is held and marked while it is decided about."""


def list_imports(session: Session, actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """Return the tenant's imported files, the latest first."""
    return IMPORTS.fetch(session, actor.tenant_id, asked)


def list_findings(
    session: Session, actor: Actor, import_id: UUID, asked: PageRequest
) -> Sequence[RowMapping]:
    """Return what the check of a file has found, in the order of the file."""
    return FINDINGS.fetch(session, actor.tenant_id, asked, {"import_id": import_id})


def booked_before(session: Session, taken: ExpenditureImport) -> RowMapping | None:
    """Return the import by which a file of exactly this content was booked before, if any."""
    values = {"tenant": taken.tenant_id, "sha256": taken.sha256, "id": taken.id}
    return session.execute(_BOOKED_BEFORE, values).mappings().one_or_none()
