"""Requests for the additional coordination position, as far along as a test needs them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from kimhub.positions.usecases.create_request import CreateRequest, RequestDetails, create_request
from kimhub.positions.usecases.steps import (
    answer_question,
    ask_back,
    endorse_request,
    reject_request,
    withdraw_request,
)
from kimhub.positions.usecases.submit_request import submit_request
from tenants import Actor, transaction
from tenants.proceedings import Step

DETAILS = RequestDetails(
    function="Koordinierungsstelle KIM",
    fte=Decimal("1.00"),
    starts_on=date(2027, 1, 1),
    justification="Die Musterstadt nimmt jedes Jahr 400 Menschen neu auf.",
)
STEPS = {
    "submit": submit_request,
    "ask": ask_back,
    "answer": answer_question,
    "endorse": endorse_request,
    "reject": reject_request,
    "withdraw": withdraw_request,
}


def draft(actor: Actor, details: RequestDetails = DETAILS, **criteria: object) -> UUID:
    """Return the id of a new draft, committed."""
    with transaction(actor):
        return create_request(actor, CreateRequest(details=details, **criteria)).id  # type: ignore[arg-type]


def step(
    actor: Actor, request_id: UUID, action: str, note: str = "", expected_seq: int | None = None
) -> None:
    """Take one step in a transaction of its own."""
    with transaction(actor):
        STEPS[action](actor, Step(request_id, note=note, expected_seq=expected_seq))


def submitted(actor: Actor) -> UUID:
    """Return the id of a request that the Kreis can see."""
    request_id = draft(actor)
    step(actor, request_id, "submit")
    return request_id
