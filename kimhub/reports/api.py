"""Reports over the API: order, follow, fetch the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, list_response, register_api
from kimhub.core.attempt import attempt
from kimhub.core.documents import download
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER, idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.reports.models import REPORT_CODES, FileFormat, ReportState
from kimhub.reports.queries import (
    REPORT_KEY,
    ShownReport,
    content_of,
    files_of,
    get_report,
    list_reports,
)
from kimhub.reports.schemas import OrderReportSchema
from kimhub.reports.usecases.request_report import RequestReport, request_report
from tenants import Permission, Role, db

MAX_PAGE = 200
SECONDS_UNTIL_ASKED_AGAIN = "2"

api = ApiBlueprint(
    "report-orders",
    __name__,
    url_prefix=f"{PREFIX}/reports",
    description="Berichte: bestellen, verfolgen, abrufen",
)

_KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Eine Wiederholung mit demselben Schlüssel erhält dieselbe Antwort und wirkt nicht noch einmal.",
}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Adresse des bestellten Berichts"}}
_RETRY_AFTER = {
    "Retry-After": {
        "schema": {"type": "integer"},
        "description": "Sekunden bis zur nächsten Abfrage, solange der Bericht nicht fertig ist",
    }
}
_FORMAT = {
    "in": "path",
    "name": "file_format",
    "required": True,
    "schema": {"type": "string", "enum": [wanted.value for wanted in FileFormat]},
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "SHA-256 der Datei"}}


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, api)


class OrderSchema(OrderReportSchema):
    """The order of a report."""

    type = plain.String(
        load_default=REPORT_CODES[0],
        validate=validate.OneOf(REPORT_CODES, error="Zulässig ist: {choices}."),
        metadata={"title": "Berichtsart"},
    )


class ListQuerySchema(CommandSchema):
    """Which reports, and which page of them."""

    state = plain.Enum(ReportState, by_value=True, error_messages={"unknown": "Zulässig sind: {choices}."})
    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


_STATE = {"enum": [state.value for state in ReportState]}


class ReportSummarySchema(CommandSchema):
    """A report as lists name it."""

    id = plain.UUID(required=True)
    type = plain.String(required=True, metadata={"enum": list(REPORT_CODES)})
    title = plain.String(required=True, metadata={"description": "Titel des Plans bei der Bestellung"})
    state = plain.String(required=True, metadata=_STATE)
    file_number = plain.String(required=True, metadata={"description": "Aktenzeichen"})
    ordered_at = plain.AwareDateTime(required=True)
    ordered_by = plain.String(required=True, metadata={"description": "Rolle, keine Person"})
    finished_at = plain.AwareDateTime(required=True, allow_none=True)


class ReportPageSchema(CommandSchema):
    """A page of a list."""

    items = plain.List(plain.Nested(ReportSummarySchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


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


@api.route("")
@api.arguments(ListQuerySchema, location="query", as_kwargs=True)
@api.response(200, ReportPageSchema)
@api.doc(summary="Berichte auflisten", description="Die zuletzt bestellten zuerst.")
@requires(Permission.REPORT_READ)
def list_(*, limit: int, state: ReportState | None = None, cursor: str | None = None) -> Response:
    """List the reports of the tenant."""
    asked = PageRequest(after=_mark(cursor), limit=limit)
    rows = list_reports(db.session(), current_actor(), asked, state)
    shown = rows[:limit]
    items = [
        {
            "id": row["id"], "type": row["type"], "title": row["title"], "state": row["state"],
            "file_number": row["file_number"], "ordered_at": row["created_at"],
            "ordered_by": row["actor_label"], "finished_at": row["finished_at"],
        }
        for row in shown
    ]  # fmt: skip
    following = encode_cursor((shown[-1]["created_at"], shown[-1]["id"])) if len(rows) > limit else None
    return list_response("items", items, following)


def _mark(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, REPORT_KEY)
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem


@api.route("", methods=["POST"])
@idempotent
@api.arguments(OrderSchema)
@api.response(202, ReportSchema, headers=_LOCATION | _RETRY_AFTER)
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Bericht bestellen",
    description="Der Bericht entsteht im Hintergrund. Wer dasselbe bestellt, bevor er fertig ist, erhält denselben.",
    parameters=[_KEY],
)
@requires(Permission.REPORT_BUILD)
def order(command: dict[str, Any]) -> Any:
    """Order a report."""
    session = db.session()
    with attempt(session):
        ordered = request_report(
            current_actor(),
            RequestReport(
                plan_id=command["plan_id"],
                type=command["type"],
                file_number=command["file_number"] or "",
                office=command["office"] or "",
                prepared_by=Role(command["prepared_by"]) if command["prepared_by"] else None,
                scenario=command["scenario"] or "",
            ),
        )
    body, _, headers = _answer(get_report(session, ordered.id))
    return body, 202, {**headers, "Location": url_for(".read", report_id=ordered.id)}


@api.route("/<uuid:report_id>")
@api.response(200, ReportSchema, headers=_RETRY_AFTER)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Bericht mit seinem Fortschritt lesen")
@requires(Permission.REPORT_READ)
def read(report_id: UUID) -> Any:
    """Read a report: how far it is, or what became of it."""
    return _answer(get_report(db.session(), report_id))


@api.route("/<uuid:report_id>/files/<file_format>", parameters=[_FORMAT])
@api.response(
    200, {"type": "string", "format": "binary"}, content_type="application/octet-stream", headers=_ETAG
)
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Datei eines Berichts abrufen",
    description="Fertige Dateien ändern sich nie; mit If-None-Match kommen sie nicht zweimal.",
)
@requires(Permission.REPORT_READ)
def read_file(report_id: UUID, file_format: str) -> Response:
    """Fetch one file of a built report."""
    found = content_of(db.session(), report_id, file_format)
    return download(
        found.content, name=found.filename, media_type=found.format.media_type, sha256=found.sha256
    )


def _answer(shown: ShownReport) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return a report as the API shows it; while it is under way with the time to ask again."""
    report = shown.report
    body = {
        **report.parameters,
        "id": report.id,
        "type": report.type,
        "title": report.title,
        "state": shown.state.value,
        "ordered_at": report.created_at,
        "ordered_by": report.actor_label,
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
    return body, 200, {"Retry-After": SECONDS_UNTIL_ASKED_AGAIN} if shown.is_open else {}
