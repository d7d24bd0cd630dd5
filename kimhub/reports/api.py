"""Reports over the API: order, follow, fetch the files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import BYTES, FILE, Operation, PageQuerySchema, Resource, chosen, register_api
from kimhub.core.documents import download
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.reports.models import REPORT_CODES, FileFormat, Report, ReportState
from kimhub.reports.queries import REPORT, REPORTS, ShownReport, content_of, files_of, list_reports
from kimhub.reports.schemas import OrderReportSchema
from kimhub.reports.usecases.request_report import RequestReport, request_report
from tenants import Actor, Permission, Role, db

_FORMAT = {
    "in": "path",
    "name": "file_format",
    "required": True,
    "schema": {"type": "string", "enum": [wanted.value for wanted in FileFormat]},
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "SHA-256 der Datei"}}


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, reports.blueprint)


class OrderSchema(OrderReportSchema):
    """The order of a report."""

    type = plain.String(
        load_default=REPORT_CODES[0],
        validate=validate.OneOf(REPORT_CODES, error="Zulässig ist: {choices}."),
        metadata={"title": "Berichtsart"},
    )


class ListQuerySchema(PageQuerySchema):
    """Which reports, and which page of them."""

    state = chosen(ReportState)


_STATE = {"enum": [state.value for state in ReportState]}


class ReportSummarySchema(CommandSchema):
    """A report as lists name it."""

    id = plain.UUID(required=True)
    type = plain.String(required=True, metadata={"enum": list(REPORT_CODES)})
    title = plain.String(
        required=True, metadata={"description": "Titel des Plans, als der Bericht in Auftrag gegeben wurde"}
    )
    state = plain.String(required=True, metadata=_STATE)
    file_number = plain.String(required=True, metadata={"description": "Aktenzeichen"})
    ordered_at = plain.AwareDateTime(required=True, attribute="created_at")
    ordered_by = plain.String(
        required=True, attribute="actor_label", metadata={"description": "Rolle, keine Person"}
    )
    finished_at = plain.AwareDateTime(required=True, allow_none=True)


class ProgressSchema(CommandSchema):
    """How far the building of a report is; `done` and `total` count steps."""

    stage = plain.String(required=True)
    done = plain.Integer(required=True, allow_none=True)
    total = plain.Integer(required=True, allow_none=True)


class FindingSchema(CommandSchema):
    """What the check has found: an error kept the report from being built, a warning did not."""

    severity = plain.String(required=True, metadata={"enum": ["error", "warning"]})
    code = plain.String(required=True, metadata={"description": "Ändert sich nicht."})
    field = plain.String(required=True, metadata={"description": "Stelle im Dokument oder im Plan"})
    message = plain.String(required=True)
    cure = plain.String(required=True)


class FileSchema(CommandSchema):
    """A file of a built report."""

    format = plain.String(required=True, metadata={"enum": [wanted.value for wanted in FileFormat]})
    filename = plain.String(required=True)
    media_type = plain.String(required=True)
    size = plain.Integer(required=True, metadata={"description": "Bytes"})
    sha256 = plain.String(required=True)
    url = plain.String(required=True, metadata={"format": "uri-reference"})


class ReportSchema(ReportSummarySchema):
    """A report with its progress, what the check has found, and its files."""

    plan_id = plain.UUID(required=True)
    plan_version = plain.Integer(required=True)
    office = plain.String(required=True)
    prepared_by = plain.String(required=True)
    scenario = plain.String(required=True)
    progress = plain.Nested(ProgressSchema, required=True, allow_none=True)
    findings = plain.List(plain.Nested(FindingSchema), required=True)
    sha256 = plain.String(
        required=True, allow_none=True, metadata={"description": "Der JSON-Daten, hexadezimal"}
    )
    files = plain.List(plain.Nested(FileSchema), required=True)


def _body(shown: ShownReport) -> dict[str, Any]:
    """Return a report as the API shows it."""
    report = shown.report
    return {
        **report.parameters,
        "id": report.id,
        "type": report.type,
        "title": report.title,
        "state": shown.state.value,
        "created_at": report.created_at,
        "actor_label": report.actor_label,
        "finished_at": report.finished_at,
        "plan_id": report.plan_id,
        "plan_version": report.plan_version,
        "progress": {"stage": shown.stage_label, "done": shown.done, "total": shown.total}
        if shown.is_open
        else None,
        "findings": report.findings,
        "sha256": report.sha256.hex() if report.sha256 else None,
        "files": [
            {
                "format": file.format.value,
                "filename": file.filename,
                "media_type": file.format.media_type,
                "size": file.size,
                "sha256": file.sha256.hex(),
                "url": url_for(".read_file", report_id=report.id, file_format=file.format),
            }
            for file in files_of(db.session(), report)
        ],
    }


reports = Resource(
    "reports",
    "Berichte: erstellen, verfolgen, abrufen",
    thing=REPORT,
    shape=ReportSchema,
    body=_body,
    names="report_id",
    read=Permission.REPORT_READ,
    write=Permission.REPORT_BUILD,
    is_open=lambda shown: shown.is_open,
    blueprint="report-orders",
)


@reports.list(
    ReportSummarySchema, "Berichte auflisten", "Die neuesten zuerst.",
    listed=REPORTS, query=ListQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, state: ReportState | None = None) -> Sequence[RowMapping]:
    """List the reports of the tenant."""
    return list_reports(db.session(), actor, asked, state)


@reports.create(
    OrderSchema, "Bericht erstellen",
    "Der Bericht entsteht im Hintergrund. Wer denselben noch einmal verlangt, bevor er fertig ist, erhält ihn.",
    status=202, refused=(404,),
)  # fmt: skip
def order(actor: Actor, command: dict[str, Any]) -> Report:
    """Order a report."""
    return request_report(
        actor,
        RequestReport(
            plan_id=command["plan_id"],
            type=command["type"],
            file_number=command["file_number"],
            office=command["office"],
            prepared_by=Role(command["prepared_by"]) if command["prepared_by"] else None,
            scenario=command["scenario"],
        ),
    )


reports.read("Bericht mit seinem Fortschritt lesen")


@reports.blueprint.operation(
    "GET", "/<uuid:report_id>/files/<file_format>", "read_file",
    Operation(
        summary="Datei eines Berichts abrufen",
        description="Fertige Dateien ändern sich nie; mit If-None-Match kommen sie nicht zweimal.",
        permission=Permission.REPORT_READ, gives=FILE, content_type=BYTES, headers=_ETAG, refused=(404,),
        path_parameters=(_FORMAT,),
    ),
)  # fmt: skip
def read_file(report_id: UUID, file_format: str) -> Response:
    """Fetch one file of a built report."""
    found = content_of(db.session(), report_id, file_format)
    return download(
        found.content, name=found.filename, media_type=found.format.media_type, sha256=found.sha256
    )
