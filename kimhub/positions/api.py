"""The request over the API: list, read, begin, and take a step on the state one has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, etag, list_response, register_api, seen
from kimhub.core.attempt import attempt
from kimhub.core.documents import document_response
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER, idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, decode_cursor, encode_cursor
from kimhub.positions.criteria import Criterion, Fact
from kimhub.positions.queries import (
    KEY_TYPES,
    REQUEST,
    Order,
    Scope,
    criteria_lines,
    document_of_a_request,
    list_requests,
    request_file,
    scope_of,
)
from kimhub.positions.schemas import CreateRequestSchema, NoteSchema, RequestOutSchema, RequestPageSchema
from kimhub.positions.usecases.answer_question import answer_question
from kimhub.positions.usecases.ask_back import ask_back
from kimhub.positions.usecases.create_request import CreateRequest, RequestDetails, create_request
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.endorse_request import endorse_request
from kimhub.positions.usecases.reject_request import reject_request
from kimhub.positions.usecases.step import Step
from kimhub.positions.usecases.submit_request import submit_request
from kimhub.positions.usecases.withdraw_request import withdraw_request
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Actor, Permission, db
from tenants.proceedings import ProceedingEntry, timeline

MAX_PAGE = 200

api = ApiBlueprint(
    "position-requests",
    __name__,
    url_prefix=f"{PREFIX}/position-requests",
    description="Koordinierungsstellen: Anträge auf eine zusätzliche Stelle",
)

_KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Eine Wiederholung mit demselben Schlüssel erhält dieselbe Antwort und wirkt nicht noch einmal.",
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "Das ETag des Antrags, auf dessen Stand der Schritt getan wird.",
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Stand des Antrags"}}


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, api)


class ListQuerySchema(CommandSchema):
    """What a list is asked for."""

    scope = plain.Enum(
        Scope, by_value=True, metadata={"description": "Eigene oder mit uns geteilte; ohne Angabe, was passt"}
    )
    state = plain.Enum(State, by_value=True)
    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


@api.route("")
@api.arguments(ListQuerySchema, location="query", as_kwargs=True)
@api.response(200, RequestPageSchema)
@api.doc(summary="Anträge auflisten", description="Die neuesten zuerst.")
@requires(Permission.REQUEST_READ)
def list_(
    *, limit: int, scope: Scope | None = None, state: State | None = None, cursor: str | None = None
) -> Response:
    """List requests, the newest first."""
    actor = current_actor()
    rows = list_requests(
        db.session(),
        me=actor.tenant_id,
        scope=scope or scope_of(actor),
        limit=limit + 1,
        after=_mark(cursor),
        states=[state] if state else [],
    )
    shown = rows[:limit]
    items = [
        {
            "id": row.id, "gemeinde": row.gemeinde, "kreis": row.kreis, "function": row.function,
            "fte": str(row.fte), "starts_on": row.starts_on, "state": row.state, "seq": row.seq,
            "since": row.since, "at": row.at,
        }
        for row in shown
    ]  # fmt: skip
    following = encode_cursor(shown[-1].key(Order.DAY)) if len(rows) > limit else None
    return list_response("items", items, following)


def _mark(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, KEY_TYPES[Order.DAY])
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem


@api.route("", methods=["POST"])
@idempotent
@api.arguments(CreateRequestSchema)
@api.response(201, RequestOutSchema, headers=_ETAG)
@api.doc(
    summary="Antrag beginnen",
    description="Der Entwurf ist nur für die eigene Kommune sichtbar. Voraussetzungen, die nicht angegeben sind, "
    "kommen aus den Stammdaten.",
    parameters=[_KEY],
)
@requires(Permission.REQUEST_WRITE)
def create(command: dict[str, Any]) -> Any:
    """Begin a request."""
    criteria = {
        Criterion(name): Fact(given["met"], given["evidence"] or "")
        for name, given in command.pop("criteria").items()
    }
    details = RequestDetails(**{**command, "justification": command["justification"] or ""})
    session = db.session()
    with attempt(session):
        created = create_request(current_actor(), CreateRequest(details=details, criteria=criteria))
    session.refresh(created)
    body, _, headers = _answer(created.id)
    return body, 201, {**headers, "Location": url_for(".read", request_id=created.id)}


@api.route("/<uuid:request_id>")
@api.response(200, RequestOutSchema, headers=_ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Antrag lesen")
@requires(Permission.REQUEST_READ)
def read(request_id: UUID) -> Any:
    """Read a request."""
    return _answer(request_id)


@api.route("/<uuid:request_id>", methods=["DELETE"])
@api.response(204)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Entwurf löschen",
    description="Nur solange der Antrag nicht eingereicht ist; danach kann er zurückgezogen werden.",
)
@requires(Permission.REQUEST_WRITE)
def delete(request_id: UUID) -> None:
    """Delete a draft."""
    with attempt(db.session()):
        delete_draft(current_actor(), request_id)


def _step_route(action: str, use_case: Callable[[Actor, Step], ProceedingEntry]) -> None:
    """Add the route of one step."""
    transition = next(t for t in WORKFLOW.transitions if t.action == action)

    @api.route(f"/<uuid:request_id>/{action}", methods=["POST"], endpoint=action)
    @idempotent
    @api.arguments(NoteSchema)
    @api.response(200, RequestOutSchema, headers=_ETAG)
    @api.alt_response(404, "NOT_FOUND")
    @api.alt_response(409, "CONFLICT")
    @api.alt_response(412, "PRECONDITION_FAILED")
    @api.alt_response(428, "PRECONDITION_REQUIRED")
    @api.doc(
        summary=transition.label,
        description="Der Text ist erforderlich." if transition.note_required else "Der Text ist freiwillig.",
        parameters=[_IF_MATCH, _KEY],
    )
    @requires(transition.permission)
    def take(command: dict[str, Any], request_id: UUID) -> Any:
        """Take the step on the state that the caller has seen."""
        session, actor = db.session(), current_actor()
        file = seen(REQUEST, request_id)
        step = Step(request_id=request_id, note=command["note"] or "", expected_seq=file.seq)
        with attempt(session):
            use_case(actor, step)
        return _answer(request_id)


for _action, _use_case in (
    ("submit", submit_request),
    ("withdraw", withdraw_request),
    ("ask", ask_back),
    ("answer", answer_question),
    ("endorse", endorse_request),
    ("reject", reject_request),
):
    _step_route(_action, _use_case)


@api.route("/documents/<uuid:document_id>")
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Dokument herunterladen",
    description="Das Lesen einer Datei einer anderen Kommune wird für beide Seiten vermerkt.",
)
@requires(Permission.REQUEST_READ, keeps_record=True)
def read_document(document_id: UUID) -> Response:
    """Download a document of a request."""
    session = db.session()
    return document_response(session, current_actor(), document_of_a_request(session, document_id))


def _answer(request_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return the request as the API shows it, with its ETag."""
    session, actor = db.session(), current_actor()
    session.expire_all()
    file = request_file(session, request_id)
    asked = file.request
    names = {file.gemeinde.id: file.gemeinde.name, file.kreis.id: file.kreis.name}
    side = file.proceeding.side_of(actor.tenant_id)
    body = {
        "id": asked.id,
        "gemeinde": file.gemeinde,
        "kreis": file.kreis,
        "function": asked.function,
        "fte": asked.fte,
        "starts_on": asked.starts_on,
        "justification": asked.justification,
        "state": file.state.value,
        "state_label": WORKFLOW.states[file.state],
        "seq": file.seq,
        "created_at": asked.created_at,
        "submitted_at": asked.released_at,
        "criteria": [
            {
                "criterion": line.criterion.value,
                "label": line.criterion.label,
                "met": line.met,
                "evidence": line.evidence,
                "document": line.document
                and {
                    "id": line.document.id,
                    "name": line.document.name,
                    "media_type": line.document.media_type,
                    "size": line.document.size,
                    "sha256": line.document.sha256.hex(),
                    "url": url_for(".read_document", document_id=line.document.id),
                },
            }
            for line in criteria_lines(session, asked)
        ],
        "timeline": [
            {
                "seq": item.seq,
                "action": item.action,
                "to_state": item.to_state,
                "note": item.note,
                "at": item.at,
                "tenant": names[item.tenant_id],
                "role": item.actor_label,
            }
            for item in timeline(session, WORKFLOW, file.proceeding)
            if not item.internal
        ],
        "actions": [step.action for step in WORKFLOW.open_steps(file.state, side, actor)],
    }
    return body, 200, etag(REQUEST, file)
