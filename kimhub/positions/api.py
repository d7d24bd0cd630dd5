"""The request over the API: list, read, begin, and take a step on the state one has seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for

from kimhub.core.api import (
    BYTES,
    FILE,
    Operation,
    PageQuerySchema,
    Resource,
    chosen,
    picked,
    register_api,
)
from kimhub.core.documents import document_response
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.positions.criteria import Criterion, Fact
from kimhub.positions.models import PositionRequest
from kimhub.positions.queries import (
    REQUEST,
    REQUESTS,
    RequestFile,
    RequestRow,
    Scope,
    criteria_lines,
    document_of_a_request,
    list_requests,
    scope_of,
)
from kimhub.positions.schemas import (
    CreateRequestSchema,
    RequestOutSchema,
    RequestSummarySchema,
)
from kimhub.positions.usecases.create_request import CreateRequest, RequestDetails, create_request
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.steps import (
    answer_question,
    ask_back,
    endorse_request,
    reject_request,
    withdraw_request,
)
from kimhub.positions.usecases.submit_request import submit_request
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Actor, Permission, db
from tenants.proceedings import Step, timeline


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, requests.blueprint)


class ListQuerySchema(PageQuerySchema):
    """What a list is asked for."""

    scope = chosen(Scope, "Eigene oder mit uns geteilte; ohne Angabe, was passt")
    state = chosen(State)


def _body(file: RequestFile) -> dict[str, Any]:
    """Return the request as the API shows it."""
    session, actor, asked = db.session(), current_actor(), file.request
    names = {file.gemeinde.id: file.gemeinde.name, file.kreis.id: file.kreis.name}
    side = file.proceeding.side_of(actor.tenant_id)
    return {
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


requests = Resource(
    "position-requests",
    "Stellenanträge: Anträge auf eine zusätzliche Koordinierungsstelle",
    thing=REQUEST,
    shape=RequestOutSchema,
    body=_body,
    names="request_id",
    read=Permission.REQUEST_READ,
    write=Permission.REQUEST_WRITE,
)


@requests.list(
    RequestSummarySchema, "Stellenanträge auflisten", "Die neuesten zuerst.",
    listed=REQUESTS[Scope.OWN], query=ListQuerySchema, shown=picked(RequestSummarySchema, fte=str),
)  # fmt: skip
def list_(
    actor: Actor, asked: PageRequest, *, scope: Scope | None = None, state: State | None = None
) -> list[RequestRow]:
    """List requests, the newest first."""
    return list_requests(
        db.session(),
        actor.tenant_id,
        scope or scope_of(actor),
        asked,
        states=[state] if state else [],
    )


@requests.create(
    CreateRequestSchema, "Stellenantrag beginnen",
    "Der Entwurf ist nur für die eigene Kommune sichtbar. Voraussetzungen, die nicht angegeben sind, kommen aus den "
    "Stammdaten.",
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> PositionRequest:
    """Begin a request."""
    criteria = {
        Criterion(name): Fact(given["met"], given["evidence"])
        for name, given in command.pop("criteria").items()
    }
    return create_request(actor, CreateRequest(details=RequestDetails(**command), criteria=criteria))


requests.read("Stellenantrag lesen")


@requests.change(
    None, "Entwurf löschen",
    "Nur solange der Antrag nicht eingereicht ist; danach kann er zurückgezogen werden.", method="DELETE",
)  # fmt: skip
def delete(actor: Actor, file: RequestFile) -> None:
    """Delete a draft."""
    delete_draft(actor, file.request.id)


requests.steps(
    WORKFLOW,
    {
        "submit": submit_request,
        "withdraw": withdraw_request,
        "ask": ask_back,
        "answer": answer_question,
        "endorse": endorse_request,
        "reject": reject_request,
    },
    lambda file: Step(file.request.id, expected_seq=file.seq),
)


@requests.blueprint.operation(
    "GET", "/documents/<uuid:document_id>", "read_document",
    Operation(
        summary="Dokument herunterladen",
        description="Das Lesen einer Datei einer anderen Kommune wird für beide Seiten vermerkt.",
        permission=Permission.REQUEST_READ, keeps_record=True, gives=FILE, content_type=BYTES, refused=(404,),
    ),
)  # fmt: skip
def read_document(document_id: UUID) -> Response:
    """Download a document of a request."""
    session = db.session()
    return document_response(session, current_actor(), document_of_a_request(session, document_id))
