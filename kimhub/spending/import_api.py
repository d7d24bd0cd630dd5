"""Files with expenditures over the API: upload, follow, read the findings, book or discard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import Resource, picked
from kimhub.core.documents import UploadedFile
from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.core.tables.uploads import MAX_TABLE_SIZE
from kimhub.core.web.paging import PageRequest
from kimhub.spending.imports.queries import (
    FINDINGS,
    IMPORT,
    IMPORTS,
    ShownImport,
    get_import,
    list_findings,
    list_imports,
)
from kimhub.spending.models import ExpenditureImport, ImportState, Severity
from kimhub.spending.schemas import ImportFileSchema
from kimhub.spending.usecases.confirm_import import confirm_import, discard_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Actor, Permission, db

_STATES = {"enum": [state.value for state in ImportState]}


class ImportSummarySchema(CommandSchema):
    """A file as lists name it."""

    id = plain.UUID(required=True)
    filename = plain.String(required=True)
    state = plain.String(required=True, metadata=_STATES)
    rows = plain.Integer(required=True, metadata={"description": "Zeilen mit Buchungen"})
    errors = plain.Integer(required=True, metadata={"description": "Fehler; mit einem wird nichts gebucht"})
    hints = plain.Integer(required=True)
    amount = plain.String(required=True, metadata={"description": "Summe in Euro"})
    uploaded_at = plain.AwareDateTime(required=True, attribute="created_at")
    uploaded_by = plain.String(
        required=True, attribute="actor_label", metadata={"description": "Rolle, keine Person"}
    )
    booked_at = plain.AwareDateTime(required=True, allow_none=True)


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


_COLUMNS = (
    "id", "filename", "state", "rows", "errors", "hints", "amount", "created_at", "actor_label", "booked_at",
)  # fmt: skip


def _body(shown: ShownImport) -> dict[str, Any]:
    taken, job = shown.taken, shown.job
    return {
        **{name: getattr(taken, name) for name in _COLUMNS},
        "amount": to_json(taken.amount),
        "sha256": taken.sha256.hex(),
        "sums": taken.summary.get("sums", []),
        "ignored_columns": taken.summary.get("ignored", []),
        "progress": {"stage": job.label, "done": job.done, "total": job.total}
        if job is not None and shown.is_open
        else None,
    }


imports = Resource(
    "expenditure-imports",
    "Ausgaben aus Dateien: hochladen, prüfen, buchen",
    thing=IMPORT,
    shape=ImportSchema,
    body=_body,
    names="import_id",
    read=Permission.EXPENDITURE_READ,
    write=Permission.EXPENDITURE_WRITE,
    is_open=lambda shown: shown.is_open,
)


@imports.list(
    ImportSummarySchema, "Eingelesene Dateien auflisten", "Die zuletzt hochgeladene zuerst.",
    listed=IMPORTS, shown=picked(ImportSummarySchema, amount=to_json),
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """List files."""
    return list_imports(db.session(), actor, asked)


@imports.create(
    ImportFileSchema, "Datei hochladen und prüfen lassen",
    "Gebucht wird noch nichts: Fragen Sie ab, bis der Stand „ready“ oder „faulty“ ist.", location="files",
)  # fmt: skip
def upload(actor: Actor, command: dict[str, Any]) -> ExpenditureImport:
    """Upload a file."""
    sent = command["file"]
    file = UploadedFile.read(sent.filename, sent.stream, MAX_TABLE_SIZE)
    return upload_import(actor, file)


imports.read("Stand einer Datei lesen")


@imports.list(
    ImportFindingSchema, "Auffälligkeiten einer Datei auflisten", "In der Reihenfolge der Datei.",
    listed=FINDINGS, path="/<uuid:import_id>/findings", refused=(404,),
)  # fmt: skip
def findings(actor: Actor, asked: PageRequest, *, import_id: UUID) -> Sequence[RowMapping]:
    """List what the check has found."""
    session = db.session()
    get_import(session, import_id)
    return list_findings(session, actor, import_id, asked)


@imports.change(
    None, "Geprüfte Datei buchen",
    "Alle Ausgaben oder keine. Ist ein Beleg inzwischen gebucht, wird der Stand „faulty“.",
    method="POST", path="/book",
)  # fmt: skip
def book(actor: Actor, shown: ShownImport) -> None:
    """Book a checked file."""
    confirm_import(actor, shown.taken.id)


@imports.change(None, "Geprüfte Datei verwerfen", method="POST", path="/discard")
def discard(actor: Actor, shown: ShownImport) -> None:
    """Drop a checked file."""
    discard_import(actor, shown.taken.id)
