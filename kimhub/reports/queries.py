"""Reads of reports: the list, one with its progress, its files, what a report is made of.

The state that people see is one expression, here, for list and page alike: what the report says of itself, and while
it is ordered what its job says. A job that was given up, dropped or cleared away will not build anything any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping, Text, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.models import Job, JobState
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import FinancingPlan
from kimhub.reports.assembly import Material
from kimhub.reports.documents import from_json
from kimhub.reports.models import FileFormat, Report, ReportFile, ReportState
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from tenants import Actor, Tenant

STATE = case(
    (Report.state != ReportState.ORDERED, Report.state),
    (Job.state == JobState.RUNNING, ReportState.BUILDING),
    (or_(Job.state == JobState.WAITING, Job.state == JobState.DISPATCHED), ReportState.ORDERED),
    else_=ReportState.FAILED,
)
ITS_JOB = and_(Job.tenant_id == Report.tenant_id, Job.id == Report.job_id)


REPORTS = KeysetList(
    select(
        Report.id,
        Report.type,
        Report.title,
        alphabetical(Report.title).label("title_key"),
        Report.parameters["file_number"].astext.label("file_number"),
        STATE.label("state"),
        Report.created_at,
        Report.finished_at,
        Report.actor_label,
    ).outerjoin(Job, ITS_JOB),
    scope=Report.tenant_id,
    orders={
        "created": Order("-created_at", "-id"),
        "title": Order("title_key", "-created_at", "-id", few_rows="reports are made by hand, some a month"),
    },
    conditions={
        "state": bindparam("state", type_=Text()) == STATE,
        "words": or_(
            Report.title.icontains(bindparam("words", type_=Text())),
            Report.parameters["file_number"].astext.icontains(bindparam("words", type_=Text())),
        ),
    },
)


def list_reports(
    session: Session, actor: Actor, asked: PageRequest, state: ReportState | None = None
) -> Sequence[RowMapping]:
    """Return the tenant's reports, the last ordered first; with `state` only those."""
    return REPORTS.fetch(session, actor.tenant_id, asked, {"state": state.value} if state else {})


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report with its state as people see it and, until it is finished, how far its job is."""

    report: Report
    state: ReportState
    stage: str
    done: int | None
    total: int | None
    attempts: int

    @property
    def is_open(self) -> bool:
        """Tell whether it still makes sense to ask again."""
        return self.state in {ReportState.ORDERED, ReportState.BUILDING}

    @property
    def was_given_up(self) -> bool:
        """Tell whether nothing was wrong with the data, but the work itself failed for good."""
        return self.state is ReportState.FAILED and self.report.state == ReportState.ORDERED

    @property
    def stage_label(self) -> str:
        """Return what is being done now, as people read it."""
        if self.state is ReportState.BUILDING:
            return self.stage or "Beginnt"
        if self.state is ReportState.ORDERED:
            return "Wird erneut versucht" if self.attempts else "Wartet auf Bearbeitung"
        return self.state.label


_SHOWN = (
    select(
        Report, STATE.label("state"), func.coalesce(Job.stage, "").label("stage"), Job.done, Job.total,
        func.coalesce(Job.attempts, 0).label("attempts"),
    )
    .outerjoin(Job, ITS_JOB)
    .where(Report.id == bindparam("id"))
)  # fmt: skip


def get_report(session: Session, report_id: UUID) -> ShownReport:
    """Return a report, else `NotFoundError`."""
    row = session.execute(_SHOWN, {"id": report_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return ShownReport(row.Report, ReportState(row.state), row.stage, row.done, row.total, row.attempts)


REPORT = Versioned(Report, get_report, parts=lambda shown: (shown.report,))
"""How the state of a report is marked; only its job changes it."""


@dataclass(frozen=True, slots=True)
class ReportFileFacts:
    """A file of a report without its bytes."""

    format: FileFormat
    filename: str
    size: int
    sha256: bytes


_FILES = select(ReportFile.format, ReportFile.filename, ReportFile.size, ReportFile.sha256).where(
    ReportFile.tenant_id == bindparam("tenant"), ReportFile.report_id == bindparam("report")
)
_ORDER = (FileFormat.PDF, FileFormat.XLSX, FileFormat.JSON)


def files_of(session: Session, report: Report) -> list[ReportFileFacts]:
    """Return the files of a report, that for people first."""
    rows = session.execute(_FILES, {"tenant": report.tenant_id, "report": report.id})
    found = {row.format: row for row in rows}
    return [
        ReportFileFacts(wanted, found[wanted].filename, found[wanted].size, found[wanted].sha256)
        for wanted in _ORDER
        if wanted in found
    ]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A file of a report with its bytes."""

    format: FileFormat
    filename: str
    content: bytes
    sha256: bytes


_CONTENT = select(ReportFile.format, ReportFile.filename, ReportFile.content, ReportFile.sha256).where(
    ReportFile.report_id == bindparam("report"), ReportFile.format == bindparam("format")
)


def content_of(session: Session, report_id: UUID, file_format: str) -> ReportContent:
    """Return a file of a report, else `NotFoundError`.

    There is none in a format that does not exist, nor of a report that is not built, not visible or not there.
    """
    if file_format not in FileFormat.__members__.values():
        raise NotFoundError
    row = session.execute(_CONTENT, {"report": report_id, "format": file_format}).one_or_none()
    if row is None:
        raise NotFoundError
    return ReportContent(FileFormat(row.format), row.filename, row.content, row.sha256)


def frozen_document(session: Session, report: Report) -> FinanzierungsuebersichtDocument:
    """Return what a built report says, read from the file that its hash vouches for."""
    content = content_of(session, report.id, FileFormat.JSON).content
    return from_json(FinanzierungsuebersichtDocument, content)


_MATERIAL_OF_PLAN = (
    select(FinancingPlan, Tenant, func.statement_timestamp().label("as_of"))
    .join(Tenant, Tenant.id == FinancingPlan.tenant_id)
    .where(FinancingPlan.id == bindparam("id"))
)
_MATERIAL_OF_REPORT = (
    select(Report, FinancingPlan, Tenant, func.statement_timestamp().label("as_of"))
    .join(FinancingPlan, (FinancingPlan.tenant_id == Report.tenant_id) & (FinancingPlan.id == Report.plan_id))
    .join(Tenant, Tenant.id == Report.tenant_id)
    .where(Report.id == bindparam("id"))
)


def material_of_plan(session: Session, plan_id: UUID) -> Material:
    """Return what a report of this plan would be made of now, else `NotFoundError`."""
    row = session.execute(_MATERIAL_OF_PLAN, {"id": plan_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return Material(row.FinancingPlan, row.Tenant, row.as_of)


def material_of_report(session: Session, report_id: UUID) -> tuple[Report, Material]:
    """Return an ordered report and what it is made of, else `NotFoundError`.

    One statement, and so one snapshot: no change of the plan or of the letterhead can come in between.
    """
    row = session.execute(_MATERIAL_OF_REPORT, {"id": report_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return row.Report, Material(row.FinancingPlan, row.Tenant, row.as_of)
