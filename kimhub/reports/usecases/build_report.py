"""Build an ordered report: collect, check, draw, and keep all files together with the word that it is done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from kimhub.core.documents.names import safe_name
from kimhub.core.formats import day
from kimhub.programme.public import PlanInvalidError
from kimhub.reports.assembly import Material, Particulars, document_of, plan_findings
from kimhub.reports.findings import Finding, warning
from kimhub.reports.frame import RenderedReport, ReportRefusedError, render
from kimhub.reports.models import FileFormat, Report, ReportFile, ReportState
from kimhub.reports.queries import material_of_report
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT
from tenants import Actor, Permission, db

Tell = Callable[[str, int, int], None]
"""Called before each stage with its German name, its number from 0, and how many there are."""


def build_report(actor: Actor, report_id: UUID, tell: Tell) -> None:
    """Build the report unless that has been done, all or nothing in the actor's transaction.

    What the check refuses becomes the state „nicht erstellt“ with its reasons. Raises `NotFoundError`.
    """
    actor.require(Permission.REPORT_BUILD)
    tell("Daten sammeln", 0, 6)
    report, material = material_of_report(db.session(), report_id)
    if report.state != ReportState.ORDERED:
        return
    try:
        document = document_of(material, Particulars.from_json(report.parameters))
        rendered = render(
            FINANZIERUNGSUEBERSICHT, document, lambda stage, done, total: tell(stage, done + 1, total + 2)
        )
    except PlanInvalidError as refused:
        _refuse(report, material, plan_findings(refused))
    except ReportRefusedError as refused:
        _refuse(report, material, refused.findings)
    else:
        tell("Dateien ablegen", 5, 6)
        _keep(report, material, rendered)


def _refuse(report: Report, material: Material, errors: tuple[Finding, ...]) -> None:
    report.refuse(plan_version=material.plan.version, errors=errors, at=material.as_of)


def _keep(report: Report, material: Material, rendered: RenderedReport) -> None:
    session = db.session()
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
