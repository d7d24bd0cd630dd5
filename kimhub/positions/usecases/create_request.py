"""A Gemeinde begins a request; nobody else sees it before its submission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from kimhub.core.errors import InvalidInputError
from kimhub.positions.bodies import ASKING
from kimhub.positions.criteria import NO_EVIDENCE, Criterion, Fact, facts_of
from kimhub.positions.models import PositionRequest, RequestCriterion
from kimhub.positions.workflow import WORKFLOW
from tenants import Actor, Permission, Tenant, db
from tenants.proceedings import open_proceeding


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDetails:
    """What a Gemeinde asks for: function, share in full-time equivalents, first day, and why."""

    function: str
    fte: Decimal
    starts_on: date
    justification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRequest:
    """A new request; `criteria` replaces what the master data say, where it says something else."""

    details: RequestDetails
    criteria: Mapping[Criterion, Fact] = field(default_factory=dict)


class NotEligibleError(InvalidInputError):
    """Only some bodies ask (`kimhub.positions.bodies`)."""

    code = "not-eligible"
    title = "Für Ihre Kommune nicht vorgesehen"

    def __init__(self) -> None:
        super().__init__(ASKING.refusal)


def create_request(actor: Actor, command: CreateRequest) -> PositionRequest:
    """Begin a request to the Gemeinde's own Kreis, its criteria prefilled from the master data.

    Raises `ForbiddenError` without the permission, `NotEligibleError` for any other body than a Gemeinde, and
    `InvalidInputError` for a criterion that is said to be met without evidence.
    """
    actor.require(Permission.REQUEST_WRITE)
    session = db.session()
    tenant = session.scalars(select(Tenant).where(Tenant.id == actor.tenant_id)).one()
    if not actor.is_of(ASKING) or tenant.parent_id is None:
        raise NotEligibleError
    criteria = {**facts_of(tenant), **command.criteria}
    _require_evidence(criteria)
    proceeding = open_proceeding(
        session, actor, WORKFLOW, counterpart_id=tenant.parent_id, subject=command.details.function
    )
    session.flush()  # the request takes the proceeding's id
    request = PositionRequest(
        tenant_id=actor.tenant_id,
        id=proceeding.id,
        counterpart_id=tenant.parent_id,
        function=command.details.function,
        fte=command.details.fte,
        starts_on=command.details.starts_on,
        justification=command.details.justification,
    )
    session.add(request)
    session.flush()  # the criteria refer to it
    for criterion, fact in criteria.items():
        session.add(
            RequestCriterion(
                tenant_id=actor.tenant_id,
                request_id=request.id,
                criterion=criterion,
                met=fact.met,
                evidence=fact.evidence,
            )
        )
    session.flush()  # constraints speak now, while the caller can still answer
    return request


def _require_evidence(criteria: Mapping[Criterion, Fact]) -> None:
    bare = [criterion for criterion, fact in criteria.items() if fact.met and not fact.evidence.strip()]
    if bare:
        raise InvalidInputError(
            "Zu jeder erfüllten Voraussetzung gehört ein Nachweis.",
            fields={f"criteria.{criterion}.evidence": [NO_EVIDENCE] for criterion in bare},
        )
