"""From a distribution to allocations: drafts for all in one step, all of them issued in a second, or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import locked
from kimhub.distributions.errors import NotCoveredError, NothingAllocatedError
from kimhub.distributions.models import DistributedAllocation, StoredDistribution
from kimhub.distributions.queries import allocations_of
from kimhub.distributions.usecases.store_distribution import load_open
from kimhub.distributions.working import require_possible, work_out
from kimhub.funding.public import (
    Allocate,
    Allocation,
    CellAmount,
    FundView,
    Terms,
    allocate,
    discard_allocation,
    get_fund,
    issue_allocations,
)
from kimhub.programme.public import Distribution, Measure, PartyShare
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAllocations:
    """What all allocations of a distribution say alike."""

    distribution_id: UUID
    expected_version: int
    issued_on: date
    conditions: str = ""
    consent_on: date | None = None
    consent_reference: str = ""


def draft_allocations(actor: Actor, command: DraftAllocations) -> list[Allocation]:
    """Prepare an allocation for every party with an amount, all of them or none; nobody else sees them yet.

    Raises `NotFoundError`, `StaleError`, `AllocatedError`, `InvalidInputError` where the shares cannot be calculated,
    and `NotCoveredError` with what the fund lacks.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    stored = load_open(session, command.distribution_id, command.expected_version)
    distribution = stored.distribution
    fund = get_fund(session, actor.tenant_id, stored.fund_id)
    worked = work_out(distribution, fund)
    result = require_possible(worked)
    if worked.missing:
        raise NotCoveredError(
            f"{' '.join(worked.missing)} Verteilen Sie weniger oder wählen Sie einen kürzeren Zeitraum."
        )
    made = []
    for share in result.shares:
        if share.amount:
            allocation = allocate(
                actor,
                Allocate(
                    fund_id=fund.id,
                    title=stored.title,
                    terms=_terms(command, distribution, fund, share),
                    **_recipient(stored.recipients[share.party.name]),
                ),
            )
            made.append(allocation)
    if not made:
        message = "Niemand bekommt einen Betrag."
        raise InvalidInputError(message, fields={"total": [f"{message} Verteilen Sie mehr als 0."]})
    session.add_all(
        DistributedAllocation(
            tenant_id=actor.tenant_id, distribution_id=stored.id, allocation_id=allocation.id
        )
        for allocation in made
    )
    stored.changed_at = func.now()
    stored.changed_by = actor.subject
    session.flush()  # constraints speak now
    return made


def issue_distribution(actor: Actor, distribution_id: UUID) -> list[Allocation]:
    """Issue all drafts of a distribution, all of them or none.

    Raises `NotFoundError`, `NothingAllocatedError`, and the ledger's `OverdrawnError` with what is left.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    return issue_allocations(actor, _drafts(session, distribution_id))


def discard_drafts(actor: Actor, distribution_id: UUID) -> None:
    """Drop the drafts of a distribution; what is issued stays. Raises `NotFoundError`, `NothingAllocatedError`."""
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    for allocation_id in _drafts(session, distribution_id):
        discard_allocation(actor, allocation_id)


def _drafts(session: Session, distribution_id: UUID) -> list[UUID]:
    stored = locked(session, StoredDistribution, distribution_id)
    drafts = [made.id for made in allocations_of(session, stored) if made.issued_at is None]
    if not drafts:
        raise NothingAllocatedError("Aus dieser Verteilung gibt es keine Weiterleitung im Entwurf.")
    return drafts


def _terms(command: DraftAllocations, distribution: Distribution, fund: FundView, share: PartyShare) -> Terms:
    """Return what the allocation says; its period is the distribution's as far as the fund reaches."""
    behind = distribution.money
    if behind is None:
        raise InvalidInputError(
            "Es fehlt, welche Mittel verteilt werden.", fields={"money": ["Nennen Sie Zweck und Zeitraum."]}
        )
    fte = share.share if distribution.measure is Measure.FTE else None
    return Terms(
        issued_on=command.issued_on,
        period_from=max(behind.period.start, fund.period_from),
        period_to=min(behind.period.end, fund.period_to),
        items=[CellAmount(cell, amount, fte) for cell, amount in share.amounts.items() if amount],
        conditions=command.conditions,
        consent_on=command.consent_on,
        consent_reference=command.consent_reference,
    )


def _recipient(reference: dict[str, Any]) -> dict[str, Any]:
    if "organization" in reference:
        return {"organization_id": UUID(reference["organization"])}
    return {"recipient_id": reference["tenant"]}
