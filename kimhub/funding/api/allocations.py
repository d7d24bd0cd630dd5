"""Weiterleitungen over the API: list, prepare, issue, and take a step on the state one has seen."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import Operation, PageQuerySchema, Resource, chosen, picked
from kimhub.core.attempt import attempt
from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor
from kimhub.core.versions import require_version
from kimhub.core.web.paging import PageRequest
from kimhub.funding.allocation_schemas import (
    AllocationDraftSchema,
    AmendAllocationSchema,
    EndAllocationSchema,
    NewAllocationSchema,
)
from kimhub.funding.api.grants import GrantItemOutSchema, named_as_sent
from kimhub.funding.models import Allocation
from kimhub.funding.queries import (
    ALLOCATION,
    ALLOCATIONS,
    AllocationFile,
    AllocationRow,
    Scope,
    allocation_items,
    list_allocations,
)
from kimhub.funding.recipient_queries import recipient_from_json
from kimhub.funding.terms import CellAmount, Terms
from kimhub.funding.usecases.allocate import (
    Allocate,
    allocate,
    change_allocation_draft,
    discard_allocation,
)
from kimhub.funding.usecases.answer_allocation import (
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
from tenants.proceedings import Proceeding, Step, timeline

MAX_BATCH = 100


class ListQuerySchema(PageQuerySchema):
    """Which list, and which page of it."""

    scope = chosen(
        Scope,
        "given: weitergeleitet, received: erhalten, below: von Empfängern weitergegeben",
        load_default=Scope.GIVEN,
    )
    state = chosen(State)


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


class DraftSeenSchema(CommandSchema):
    """A draft that shall be issued, on the state that was seen of it."""

    id = plain.UUID(required=True)
    etag = plain.String(required=True, metadata={"description": "Das ETag des Entwurfs"})


class IssueAllocationsSchema(CommandSchema):
    """Which drafts are issued together."""

    drafts = plain.List(
        plain.Nested(DraftSeenSchema), required=True, validate=validate.Length(min=1, max=MAX_BATCH)
    )


class IssuedAllocationsSchema(CommandSchema):
    """What was issued."""

    issued = plain.List(plain.UUID(), required=True)


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
                        "amount": to_json(item.amount), "fte": _share(item.fte),
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
    proceeding = session.get(Proceeding, (file.allocation.tenant_id, file.allocation.id))
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


def _share(fte: Decimal | None) -> str | None:
    return None if fte is None else str(fte)


allocations = Resource(
    "allocations",
    "Weiterleitungen: vorbereiten, erteilen, beantworten, ändern",
    thing=ALLOCATION,
    shape=AllocationOutSchema,
    body=_body,
    names="allocation_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
)


@allocations.list(
    AllocationSummarySchema, "Weiterleitungen auflisten", "Die neuesten zuerst.",
    listed=ALLOCATIONS[Scope.GIVEN], query=ListQuerySchema,
    shown=picked(AllocationSummarySchema, amount=to_json, fte=_share),
)  # fmt: skip
def list_(
    actor: Actor, asked: PageRequest, *, scope: Scope, state: State | None = None
) -> Sequence[AllocationRow]:
    """List allocations of one scope."""
    return list_allocations(db.session(), actor.tenant_id, scope, asked, states=[state] if state else [])


@allocations.create(
    NewAllocationSchema, "Weiterleitung vorbereiten",
    "Ein Entwurf; er bindet noch keine Mittel, und niemand sonst sieht ihn. Empfängerin ist eine Gemeinde des "
    "Kreises (`recipient`) oder ein Eintrag des Adressbuchs (`organization_id`).", refused=(404,),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Allocation:
    """Prepare an allocation."""
    whole = Allocate(
        fund_id=command["fund_id"],
        title=command["title"],
        terms=_terms(command),
        **recipient_from_json(db.session(), command),
    )
    with named_as_sent():
        return allocate(actor, whole)


allocations.read("Weiterleitung lesen")


@allocations.blueprint.operation(
    "POST", "/issue", "issue_several",
    Operation(
        summary="Mehrere Entwürfe erteilen",
        description="Alle oder keine, und nur auf dem Stand, den `etag` nennt. Reichen die Mittel nicht, nennt `cells` "
        "je Zelle, was noch verfügbar ist.",
        permission=Permission.FUNDING_WRITE, takes=IssueAllocationsSchema, gives=IssuedAllocationsSchema,
        refused=(404, 409, 412),
    ),
)  # fmt: skip
def issue_several(command: dict[str, Any]) -> dict[str, Any]:
    """Issue drafts together; they are held in the order of their ids, so that overlapping batches wait in line."""
    for draft in sorted(command["drafts"], key=itemgetter("id")):
        file = ALLOCATION.held(draft["id"])
        require_version(
            ALLOCATION.mark(file),
            draft["etag"].removeprefix("W/").strip('"'),
            state={"id": draft["id"], **ALLOCATION.state(file)},
        )
    with attempt(db.session()):
        issued = issue_allocations(current_actor(), [draft["id"] for draft in command["drafts"]])
    return {"issued": [allocation.id for allocation in issued]}


@allocations.change(AllocationDraftSchema, "Entwurf ersetzen")
def replace(actor: Actor, file: AllocationFile, command: dict[str, Any]) -> None:
    """Replace what a draft says."""
    with named_as_sent():
        change_allocation_draft(actor, file.allocation.id, title=command["title"], terms=_terms(command))


@allocations.change(
    None, "Entwurf verwerfen", "Nur solange die Weiterleitung nicht erteilt ist.", method="DELETE"
)
def delete(actor: Actor, file: AllocationFile) -> None:
    """Drop a draft."""
    discard_allocation(actor, file.allocation.id)


@allocations.change(
    None, "Weiterleitung erteilen", "Reichen die Mittel nicht, nennt `cells` je Zelle, was noch verfügbar ist.",
    method="POST", path="/issue",
)  # fmt: skip
def issue(actor: Actor, file: AllocationFile) -> None:
    """Issue one draft."""
    issue_allocations(actor, [file.allocation.id])


@allocations.change(
    AmendAllocationSchema, "Weiterleitung ändern",
    "Die Beträge sagen, was nach der Änderung insgesamt gilt. Die neue Fassung gilt sofort.",
    method="POST", path="/amend",
)  # fmt: skip
def amend(actor: Actor, file: AllocationFile, command: dict[str, Any]) -> None:
    """Put a new version into force."""
    with named_as_sent():
        amend_allocation(actor, file.allocation.id, _terms(command), expected_seq=file.seq)


@allocations.change(
    EndAllocationSchema, "Weiterleitung beenden", "Der volle Betrag steht der gebenden Stelle wieder zur Verfügung.",
    method="POST", path="/end",
)  # fmt: skip
def end(actor: Actor, file: AllocationFile, command: dict[str, Any]) -> None:
    """Take everything back."""
    end_allocation(actor, EndAllocation(allocation_id=file.allocation.id, expected_seq=file.seq, **command))


allocations.steps(
    WORKFLOW,
    {
        "confirm": confirm_allocation,
        "object": object_to_allocation,
        "waive": waive_allocation,
        "uphold": uphold_allocation,
    },
    lambda file: Step(file.allocation.id, expected_seq=file.seq),
)


def _terms(command: dict[str, Any]) -> Terms:
    return Terms(
        issued_on=command["issued_on"],
        period_from=command["period_from"],
        period_to=command["period_to"],
        items=[
            CellAmount(Cell.of(item["year"], item["purpose"]), item["amount"], item["fte"])
            for item in command["items"]
        ],
        conditions=command["conditions"],
        reason=command.get("reason", ""),
        consent_on=command["consent_on"],
        consent_reference=command["consent_reference"],
    )
