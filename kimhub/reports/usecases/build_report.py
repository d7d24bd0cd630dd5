"""Build an ordered report: collect, check, draw, and keep all files together with the word that it is done."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core.documents.names import safe_name
from kimhub.core.events.telling import tell
from kimhub.core.formats import day
from kimhub.programme.public import PlanInvalidError
from kimhub.reports.assembly import Material, Particulars, document_of, plan_findings
from kimhub.reports.events import REPORT_BUILT, REPORT_REFUSED
from kimhub.reports.findings import Finding, warning
from kimhub.reports.frame import RenderedReport, ReportRefusedError, render
from kimhub.reports.models import FileFormat, Report, ReportFile, ReportState
from kimhub.reports.queries import material_of_report
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT
from tenants import Actor, Permission


class Work(Protocol):
    """What the job gives (`kimhub.core.jobs.handler.JobContext`)."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a transaction that writes nothing."""

    def completing(self) -> AbstractContextManager[Session]:
        """Return the transaction in which the report is kept."""

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tell before each stage its German name, its number from 0, and how many there are."""


def build_report(actor: Actor, report_id: UUID, work: Work) -> None:
    """Build the report unless that has been done: read in one transaction, draw outside of any, keep all or nothing.

    What the check refuses becomes the state „nicht erstellt“ with its reasons. Raises `NotFoundError`.
    """
    actor.require(Permission.REPORT_BUILD)
    work.progress("Daten sammeln", 0, 6)
    with work.reading() as session:
        ordered, material = material_of_report(session, report_id)
    drawn = _draw(ordered, material, work) if ordered.state == ReportState.ORDERED else None
    with work.completing() as session:
        report = session.get_one(Report, (ordered.tenant_id, ordered.id))
        if drawn is None or report.state != ReportState.ORDERED:
            return
        if isinstance(drawn, RenderedReport):
            _keep(session, report, material, drawn)
        else:
            report.refuse(plan_version=material.plan.version, errors=drawn, at=material.as_of)
        became = REPORT_BUILT if isinstance(drawn, RenderedReport) else REPORT_REFUSED
        tell(session, actor, became, report.id, about=report.title)


def _draw(ordered: Report, material: Material, work: Work) -> RenderedReport | tuple[Finding, ...]:
    """Return the files, or what stands in their way."""
    try:
        document = document_of(material, Particulars.from_json(ordered.parameters))
        rendered = render(
            FINANZIERUNGSUEBERSICHT,
            document,
            lambda stage, done, total: work.progress(stage, done + 1, total + 2),
        )
    except PlanInvalidError as refused:
        return plan_findings(refused)
    except ReportRefusedError as refused:
        return refused.findings
    work.progress("Dateien ablegen", 5, 6)
    return rendered


def _keep(session: Session, report: Report, material: Material, rendered: RenderedReport) -> None:
    contents = {
        FileFormat.JSON: rendered.json,
        FileFormat.PDF: rendered.pdf,
        FileFormat.XLSX: rendered.xlsx,
    }
    for file_format, content in contents.items():
        session.add(
            ReportFile(
                tenant_id=report.tenant_id,
                report_id=report.id,
                format=file_format,
                filename=_filename(material, file_format),
                content=content,
            )
        )
    session.flush()  # a report is built only beside its files (fk_report_frozen)
    report.complete(
        sha256=bytes.fromhex(rendered.sha256[FileFormat.JSON]),
        plan_version=material.plan.version,
        warnings=(*_moved_on(report, material), *rendered.warnings),
        at=material.as_of,
    )


def _filename(material: Material, file_format: FileFormat) -> str:
    """Return a name that still says in a full download folder what it is: type, plan and day."""
    title = f"{FINANZIERUNGSUEBERSICHT.title} {material.plan.title} {day(material.as_of)}"
    return safe_name(f"{title.replace('/', '-')}.{file_format}")


def _moved_on(report: Report, material: Material) -> tuple[Finding, ...]:
    """Say so when the plan was changed after the report had been ordered."""
    ordered, read = report.plan_version, material.plan.version
    if ordered == read:
        return ()
    return (
        warning(
            "plan-geaendert",
            "plan",
            f"Der Plan wurde nach dem Auftrag geändert. Der Bericht zeigt Fassung {read}, nicht Fassung {ordered}.",
            "Prüfen Sie, ob die Änderung in den Bericht gehört.",
        ),
    )
