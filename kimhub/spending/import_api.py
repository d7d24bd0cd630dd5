"""Files with expenditures over the API: upload, follow, read the findings, book or discard."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint
from kimhub.core.attempt import attempt
from kimhub.core.documents import UploadedFile
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER, idempotent
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.spending.imports.queries import (
    FINDING_KEY,
    IMPORT_KEY,
    get_import,
    list_findings,
    list_imports,
    show_import,
)
from kimhub.spending.imports.uploads import MAX_IMPORT_SIZE
from kimhub.spending.models import ImportState, Severity
from kimhub.spending.schemas import ImportFileSchema
from kimhub.spending.usecases.confirm_import import confirm_import, discard_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Permission, db

MAX_PAGE = 200
SECONDS_UNTIL_ASKED_AGAIN = "2"

imports = ApiBlueprint(
    "expenditure-imports",
    __name__,
    url_prefix=f"{PREFIX}/expenditure-imports",
    description="Ausgaben aus Dateien: hochladen, prüfen, buchen",
)

KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Eine Wiederholung mit demselben Schlüssel erhält dieselbe Antwort und wirkt nicht noch einmal.",
}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Adresse der Datei"}}
_RETRY_AFTER = {
    "Retry-After": {
        "schema": {"type": "integer"},
        "description": "Sekunden bis zur nächsten Abfrage, solange geprüft oder gebucht wird",
    }
}
_STATES = {"enum": [state.value for state in ImportState]}


class PageQuerySchema(CommandSchema):
    """Which page of a list."""

    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


class ImportSummarySchema(CommandSchema):
    """A file as lists name it."""

    id = plain.UUID(required=True)
    filename = plain.String(required=True)
    state = plain.String(required=True, metadata=_STATES)
    rows = plain.Integer(required=True, metadata={"description": "Zeilen mit Buchungen"})
    errors = plain.Integer(required=True, metadata={"description": "Fehler; mit einem wird nichts gebucht"})
    hints = plain.Integer(required=True)
    amount = plain.Function(
        lambda row: to_json(row["amount"]), metadata={"type": "string", "description": "Summe in Euro"}
    )
    uploaded_at = plain.AwareDateTime(required=True, attribute="created_at")
    uploaded_by = plain.String(
        required=True, attribute="actor_label", metadata={"description": "Rolle, keine Person"}
    )
    booked_at = plain.AwareDateTime(required=True, allow_none=True)


class ImportPageSchema(CommandSchema):
    """A page of files."""

    items = plain.List(plain.Nested(ImportSummarySchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


class ImportProgressSchema(CommandSchema):
    """How far the check or the booking is, in rows."""

    stage = plain.String(required=True)
    done = plain.Integer(required=True, allow_none=True)
    total = plain.Integer(required=True, allow_none=True)


class ImportSumSchema(CommandSchema):
    """What stands in the file for one Haushaltsjahr and Baustein."""

    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    count = plain.Integer(required=True)
    amount = plain.String(required=True, metadata={"description": "Euro"})


class ImportSchema(ImportSummarySchema):
    """A file with what its check has found."""

    sha256 = plain.String(required=True)
    sums = plain.List(plain.Nested(ImportSumSchema), required=True)
    ignored_columns = plain.List(plain.String(), required=True)
    progress = plain.Nested(ImportProgressSchema, required=True, allow_none=True)


class ImportFindingSchema(CommandSchema):
    """What was found in one place of the file."""

    severity = plain.String(required=True, metadata={"enum": [one.value for one in Severity]})
    code = plain.String(required=True, metadata={"description": "Ändert sich nicht."})
    row = plain.Integer(required=True, allow_none=True, attribute="row_number")
    column = plain.String(
        required=True, attribute="heading", metadata={"description": "Überschrift der Spalte"}
    )
    message = plain.String(required=True)
    cure = plain.String(required=True)


class ImportFindingPageSchema(CommandSchema):
    """A page of findings."""

    items = plain.List(plain.Nested(ImportFindingSchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


@imports.route("")
@imports.arguments(PageQuerySchema, location="query")
@imports.response(200, ImportPageSchema)
@imports.doc(summary="Eingelesene Dateien auflisten", description="Die zuletzt hochgeladene zuerst.")
@requires(Permission.EXPENDITURE_READ)
def list_(query: dict[str, Any]) -> dict[str, Any]:
    """List files."""
    asked = PageRequest(after=_mark(query.get("cursor"), IMPORT_KEY), limit=query["limit"])
    rows = list_imports(db.session(), current_actor(), asked)
    return _page(rows, asked, "created_at", "id")


@imports.route("", methods=["POST"])
@idempotent
@imports.arguments(ImportFileSchema, location="files")
@imports.response(201, ImportSchema, headers=_LOCATION)
@imports.doc(
    summary="Datei hochladen und prüfen lassen",
    description="Gebucht wird noch nichts: Fragen Sie ab, bis der Stand „ready“ oder „faulty“ ist.",
    parameters=[KEY],
)
@requires(Permission.EXPENDITURE_WRITE)
def upload(command: dict[str, Any]) -> ResponseReturnValue:
    """Upload a file."""
    session, sent = db.session(), command["file"]
    with attempt(session):
        file = UploadedFile.read(sent.filename, sent.stream, MAX_IMPORT_SIZE)
        taken = upload_import(session, current_actor(), file)
    session.refresh(taken)
    return _shown(taken.id), 201, {"Location": url_for(".read", import_id=taken.id)}


@imports.route("/<uuid:import_id>")
@imports.response(200, ImportSchema, headers=_RETRY_AFTER)
@imports.alt_response(404, "NOT_FOUND")
@imports.doc(summary="Stand einer Datei lesen")
@requires(Permission.EXPENDITURE_READ)
def read(import_id: UUID) -> ResponseReturnValue:
    """Read how far a file is."""
    shown = _shown(import_id)
    return shown, 200, {"Retry-After": SECONDS_UNTIL_ASKED_AGAIN} if shown["progress"] else {}


@imports.route("/<uuid:import_id>/findings")
@imports.arguments(PageQuerySchema, location="query")
@imports.response(200, ImportFindingPageSchema)
@imports.alt_response(404, "NOT_FOUND")
@imports.doc(summary="Auffälligkeiten einer Datei auflisten", description="In der Reihenfolge der Datei.")
@requires(Permission.EXPENDITURE_READ)
def findings(query: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """List what the check has found."""
    session = db.session()
    get_import(session, import_id)
    asked = PageRequest(after=_mark(query.get("cursor"), FINDING_KEY), limit=query["limit"])
    return _page(list_findings(session, current_actor(), import_id, asked), asked, "number")


@imports.route("/<uuid:import_id>/book", methods=["POST"])
@idempotent
@imports.response(200, ImportSchema)
@imports.alt_response(404, "NOT_FOUND")
@imports.alt_response(409, "CONFLICT")
@imports.doc(
    summary="Geprüfte Datei buchen",
    description="Alle Ausgaben oder keine. Ist ein Beleg inzwischen gebucht, wird der Stand „faulty“.",
    parameters=[KEY],
)
@requires(Permission.EXPENDITURE_WRITE)
def book(import_id: UUID) -> dict[str, Any]:
    """Book a checked file."""
    session = db.session()
    with attempt(session):
        confirm_import(session, current_actor(), import_id)
    return _shown(import_id)


@imports.route("/<uuid:import_id>/discard", methods=["POST"])
@idempotent
@imports.response(200, ImportSchema)
@imports.alt_response(404, "NOT_FOUND")
@imports.alt_response(409, "CONFLICT")
@imports.doc(summary="Geprüfte Datei verwerfen", parameters=[KEY])
@requires(Permission.EXPENDITURE_WRITE)
def discard(import_id: UUID) -> dict[str, Any]:
    """Drop a checked file."""
    session = db.session()
    with attempt(session):
        discard_import(session, current_actor(), import_id)
    return _shown(import_id)


def _shown(import_id: UUID) -> dict[str, Any]:
    shown = show_import(db.session(), import_id)
    taken, job = shown.taken, shown.job
    return {
        **{name: getattr(taken, name) for name in _COLUMNS},
        "sha256": taken.sha256.hex(),
        "sums": taken.summary.get("sums", []),
        "ignored_columns": taken.summary.get("ignored", []),
        "progress": {"stage": job.label, "done": job.done, "total": job.total}
        if job is not None and shown.is_open
        else None,
    }


_COLUMNS = (
    "id", "filename", "state", "rows", "errors", "hints", "amount", "created_at", "actor_label", "booked_at",
)  # fmt: skip


def _page(rows: Any, asked: PageRequest, *key: str) -> dict[str, Any]:
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    return {
        "items": shown,
        "next_cursor": encode_cursor([shown[-1][part] for part in key]) if more else None,
    }


def _mark(cursor: str | None, kinds: tuple[type, ...]) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, kinds)
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem
