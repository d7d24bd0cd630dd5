"""Weiterleitungen over the API: list, prepare, issue, and take a step on the state one has seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import select

from kimhub.core.api import PREFIX, ApiBlueprint, etag, list_response, seen
from kimhub.core.attempt import attempt
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import encode_cursor
from kimhub.funding.allocation_recipients import recipient_from_json
from kimhub.funding.allocation_schemas import (
    AllocationDraftSchema,
    AllocationNoteSchema,
    AmendAllocationSchema,
    EndAllocationSchema,
    NewAllocationSchema,
)
from kimhub.funding.api.common import ETAG, IF_MATCH, KEY, LOCATION, PageQuerySchema, asked_page
from kimhub.funding.api.grants import GrantItemOutSchema, named_as_sent
from kimhub.funding.queries import (
    ALLOCATION,
    LIST_KEY,
    AllocationFile,
    Scope,
    allocation_file,
    allocation_items,
    list_allocations,
)
from kimhub.funding.terms import CellAmount, Terms
from kimhub.funding.usecases.allocate import (
    Allocate,
    allocate,
    change_allocation_draft,
    discard_allocation,
)
from kimhub.funding.usecases.answer_allocation import (
    Answer,
    confirm_allocation,
    object_to_allocation,
    uphold_allocation,
    waive_allocation,
)
from kimhub.funding.usecases.change_allocation import EndAllocation, amend_allocation, end_allocation
from kimhub.funding.usecases.issue_allocations import issue_allocations
from kimhub.funding.workflow import WORKFLOW, State
from kimhub.programme.public import Cell
from tenants import Actor, Permission, db
from tenants.proceedings import Proceeding, ProceedingEntry, timeline

MAX_BATCH = 100

api = ApiBlueprint(
    "allocations",
    __name__,
    url_prefix=f"{PREFIX}/allocations",
    description="Weiterleitungen: vorbereiten, erteilen, beantworten, ändern",
)


class ListQuerySchema(PageQuerySchema):
    """Which list, and which page of it."""

    scope = plain.Enum(
        Scope,
        by_value=True,
        load_default=Scope.GIVEN,
        metadata={
            "description": "given: weitergeleitet, received: erhalten, below: von Empfängern weitergegeben"
        },
    )
    state = plain.Enum(State, by_value=True)


class AllocationSummarySchema(CommandSchema):
    """An allocation in a list."""

    id = plain.UUID(required=True)
    title = plain.String(required=True)
    giver = plain.String(required=True)
    recipient = plain.String(required=True)
    state = plain.String(required=True, metadata={"enum": [state.value for state in State]})
    amount = plain.String(required=True, metadata={"description": "Euro", "example": "57000.00"})
    fte = plain.String(required=True, allow_none=True)
    years = plain.List(plain.Integer(), required=True)


class AllocationPageSchema(CommandSchema):
    """A page of allocations."""

    allocations = plain.List(plain.Nested(AllocationSummarySchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


class AllocationVersionOutSchema(CommandSchema):
    """A version; number 1 gives, later ones change."""

    number = plain.Integer(required=True)
    issued_on = plain.Date(required=True)
    period_from = plain.Date(required=True)
    period_to = plain.Date(required=True)
    conditions = plain.String(required=True)
    reason = plain.String(required=True)
    consent_on = plain.Date(required=True, allow_none=True)
    consent_reference = plain.String(required=True)
    recorded_at = plain.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null: noch ein Entwurf"}
    )
    items = plain.List(plain.Nested(GrantItemOutSchema), required=True)


class AllocationStepSchema(CommandSchema):
    """A step that one side took."""

    seq = plain.Integer(required=True)
    action = plain.String(required=True)
    to_state = plain.String(required=True)
    note = plain.String(required=True)
    at = plain.AwareDateTime(required=True)
    role = plain.String(required=True, metadata={"description": "Rolle, keine Person"})


class AllocationOutSchema(CommandSchema):
    """An allocation with its versions, the newest first, and its run."""

    id = plain.UUID(required=True)
    title = plain.String(required=True)
    giver = plain.String(required=True)
    recipient = plain.String(required=True)
    state = plain.String(required=True)
    state_label = plain.String(required=True)
    seq = plain.Integer(required=True)
    fund_id = plain.UUID(
        required=True, allow_none=True, metadata={"description": "Nur für die gebende Stelle"}
    )
    issued_at = plain.AwareDateTime(required=True, allow_none=True)
    ended_at = plain.AwareDateTime(required=True, allow_none=True)
    versions = plain.List(plain.Nested(AllocationVersionOutSchema), required=True)
    timeline = plain.List(plain.Nested(AllocationStepSchema), required=True)


class IssueAllocationsSchema(CommandSchema):
    """Which drafts are issued together."""

    ids = plain.List(plain.UUID(), required=True, validate=validate.Length(min=1, max=MAX_BATCH))


class NothingSchema(CommandSchema):
    """A step that needs no words."""


class IssuedAllocationsSchema(CommandSchema):
    """What was issued."""

    issued = plain.List(plain.UUID(), required=True)


@api.route("")
@api.arguments(ListQuerySchema, location="query")
@api.response(200, AllocationPageSchema)
@api.doc(summary="Weiterleitungen auflisten", description="Die neuesten zuerst.")
@requires(Permission.FUNDING_READ)
def list_(query: dict[str, Any]) -> Response:
    """List allocations of one scope."""
    asked = asked_page(query, LIST_KEY)
    states = [query["state"]] if "state" in query else []
    rows = list_allocations(db.session(), current_actor().tenant_id, query["scope"], asked, states=states)
    shown = [
        {
            "id": row.id, "title": row.title, "giver": row.giver, "recipient": row.recipient, "state": row.state,
            "amount": to_json(row.amount), "fte": None if row.fte is None else str(row.fte), "years": row.years,
        }
        for row in rows[: asked.limit]
    ]  # fmt: skip
    edge = rows[asked.limit - 1] if len(rows) > asked.limit else None
    return list_response("allocations", shown, encode_cursor((edge.at, edge.id)) if edge else None)


@api.route("", methods=["POST"])
@idempotent
@api.arguments(NewAllocationSchema)
@api.response(201, AllocationOutSchema, headers={**ETAG, **LOCATION})
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Weiterleitung vorbereiten",
    description="Ein Entwurf; er nimmt noch nichts aus dem Topf, und niemand sonst sieht ihn. Empfängerin ist eine "
    "Gemeinde des Kreises (`recipient`) oder ein Eintrag des Adressbuchs (`organization_id`).",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Prepare an allocation."""
    session = db.session()
    whole = Allocate(
        fund_id=command["fund_id"],
        title=command["title"],
        terms=_terms(command),
        **recipient_from_json(session, command),
    )
    with named_as_sent(""), attempt(session):
        made = allocate(current_actor(), whole)
    body, _, headers = _answer(made.id)
    return body, 201, {**headers, "Location": url_for(".read", allocation_id=made.id)}


@api.route("/issue", methods=["POST"])
@idempotent
@api.arguments(IssueAllocationsSchema)
@api.response(200, IssuedAllocationsSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Mehrere Entwürfe erteilen",
    description="Alle oder keine. Reichen die Mittel nicht, nennt `cells` je Zelle, was noch verfügbar ist.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def issue_several(command: dict[str, Any]) -> dict[str, Any]:
    """Issue drafts together."""
    with attempt(db.session()):
        issued = issue_allocations(current_actor(), command["ids"])
    return {"issued": [allocation.id for allocation in issued]}


@api.route("/<uuid:allocation_id>")
@api.response(200, AllocationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Weiterleitung lesen")
@requires(Permission.FUNDING_READ)
def read(allocation_id: UUID) -> ResponseReturnValue:
    """Read an allocation."""
    return _answer(allocation_id)


@api.route("/<uuid:allocation_id>", methods=["PUT"])
@api.arguments(AllocationDraftSchema)
@api.response(200, AllocationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(summary="Entwurf ersetzen", parameters=[IF_MATCH])
@requires(Permission.FUNDING_WRITE)
def replace(command: dict[str, Any], allocation_id: UUID) -> ResponseReturnValue:
    """Replace what a draft says."""
    seen(ALLOCATION, allocation_id)
    with named_as_sent(""), attempt(db.session()):
        change_allocation_draft(current_actor(), allocation_id, title=command["title"], terms=_terms(command))
    return _answer(allocation_id)


@api.route("/<uuid:allocation_id>", methods=["DELETE"])
@api.response(204)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(summary="Entwurf verwerfen", description="Nur solange die Weiterleitung nicht erteilt ist.")
@requires(Permission.FUNDING_WRITE)
def delete(allocation_id: UUID) -> None:
    """Drop a draft."""
    with attempt(db.session()):
        discard_allocation(current_actor(), allocation_id)


def _describe(
    path: str, schema: type[CommandSchema], summary: str, description: str = ""
) -> Callable[..., Any]:
    """Return the decorator of a step: its route, what it is told, what it answers."""

    def decorate(view: Callable[..., Any]) -> Any:
        described = api.doc(summary=summary, description=description, parameters=[IF_MATCH, KEY])(
            requires(Permission.FUNDING_WRITE)(view)
        )
        for status, name in (
            (428, "PRECONDITION_REQUIRED"), (412, "PRECONDITION_FAILED"), (409, "CONFLICT"), (404, "NOT_FOUND"),
        ):  # fmt: skip
            described = api.alt_response(status, name)(described)
        described = api.response(200, AllocationOutSchema, headers=ETAG)(described)
        told = idempotent(api.arguments(schema)(described))
        return api.route(f"/<uuid:allocation_id>/{path}", methods=["POST"], endpoint=path)(told)

    return decorate


@_describe(
    "issue", NothingSchema, "Weiterleitung erteilen",
    "Reichen die Mittel nicht, nennt `cells` je Zelle, was noch verfügbar ist.",
)  # fmt: skip
def issue(command: dict[str, Any], allocation_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - nothing to say
    """Issue one draft."""
    seen(ALLOCATION, allocation_id)
    with attempt(db.session()):
        issue_allocations(current_actor(), [allocation_id])
    return _answer(allocation_id)


@_describe(
    "amend", AmendAllocationSchema, "Weiterleitung ändern",
    "Die Beträge sagen, was nach der Änderung insgesamt gilt. Die neue Fassung gilt sofort.",
)  # fmt: skip
def amend(command: dict[str, Any], allocation_id: UUID) -> ResponseReturnValue:
    """Put a new version into force."""
    file = seen(ALLOCATION, allocation_id)
    with named_as_sent(""), attempt(db.session()):
        amend_allocation(current_actor(), allocation_id, _terms(command), expected_seq=file.seq)
    return _answer(allocation_id)


@_describe("end", EndAllocationSchema, "Weiterleitung beenden", "Der volle Betrag geht in den Topf zurück.")
def end(command: dict[str, Any], allocation_id: UUID) -> ResponseReturnValue:
    """Take everything back."""
    file = seen(ALLOCATION, allocation_id)
    with attempt(db.session()):
        end_allocation(
            current_actor(), EndAllocation(allocation_id=allocation_id, expected_seq=file.seq, **command)
        )
    return _answer(allocation_id)


def _answer_route(action: str, use_case: Callable[[Actor, Answer], ProceedingEntry]) -> None:
    """Add the route of a step that is a note and nothing else."""
    transition = next(t for t in WORKFLOW.transitions if t.action == action)
    description = "Der Text ist erforderlich." if transition.note_required else "Der Text ist freiwillig."

    @_describe(action, AllocationNoteSchema, transition.label, description)
    def take(command: dict[str, Any], allocation_id: UUID) -> ResponseReturnValue:
        """Take the step on the state that the caller has seen."""
        file = seen(ALLOCATION, allocation_id)
        step = Answer(allocation_id=allocation_id, note=command["note"] or "", expected_seq=file.seq)
        with attempt(db.session()):
            use_case(current_actor(), step)
        return _answer(allocation_id)


for _action, _use_case in (
    ("confirm", confirm_allocation),
    ("object", object_to_allocation),
    ("waive", waive_allocation),
    ("uphold", uphold_allocation),
):
    _answer_route(_action, _use_case)


def _terms(command: dict[str, Any]) -> Terms:
    return Terms(
        issued_on=command["issued_on"],
        period_from=command["period_from"],
        period_to=command["period_to"],
        items=[
            CellAmount(Cell.of(item["year"], item["purpose"]), item["amount"], item["fte"])
            for item in command["items"]
        ],
        conditions=command["conditions"] or "",
        reason=command.get("reason") or "",
        consent_on=command["consent_on"],
        consent_reference=command["consent_reference"] or "",
    )


def _answer(allocation_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    session = db.session()
    session.expire_all()
    file = allocation_file(session, allocation_id)
    return _body(file), 200, etag(ALLOCATION, file)


def _body(file: AllocationFile) -> dict[str, Any]:
    """Return an allocation as the API shows it."""
    allocation, me = file.allocation, current_actor().tenant_id
    items = allocation_items(db.session(), file.versions)
    return {
        "id": allocation.id,
        "title": allocation.title,
        "giver": file.giver,
        "recipient": file.recipient,
        "state": file.state.value,
        "state_label": WORKFLOW.states[file.state],
        "seq": file.seq,
        "fund_id": allocation.fund_id if allocation.tenant_id == me else None,
        "issued_at": allocation.issued_at,
        "ended_at": allocation.ended_at,
        "versions": [
            {
                **{
                    name: getattr(version, name)
                    for name in AllocationVersionOutSchema().fields
                    if name != "items"
                },
                "items": [
                    {
                        "year": item.cell.year, "baustein": int(item.cell.baustein), "purpose": str(item.cell.purpose),
                        "amount": to_json(item.amount), "fte": None if item.fte is None else str(item.fte),
                    }
                    for item in items[version.id]
                ],
            }
            for version in file.versions
        ],
        "timeline": _timeline(file, me),
    }  # fmt: skip


def _timeline(file: AllocationFile, me: int) -> list[dict[str, Any]]:
    if me not in {file.allocation.tenant_id, file.allocation.recipient_id}:
        return []
    session = db.session()
    proceeding = session.scalars(select(Proceeding).where(Proceeding.id == file.allocation.id)).one_or_none()
    if proceeding is None:  # to a body of the address book
        return []
    return [
        {
            "seq": item.seq, "action": item.action, "to_state": item.to_state, "note": item.note, "at": item.at,
            "role": item.actor_label,
        }
        for item in timeline(session, WORKFLOW, proceeding)
        if not item.internal
    ]  # fmt: skip
