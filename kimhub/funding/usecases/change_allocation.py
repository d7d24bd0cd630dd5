"""Changing and ending an issued allocation: by a new version that is in force at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.events.steps import take_step
from kimhub.funding.models import Allocation, AllocationItem, AllocationVersion
from kimhub.funding.terms import CellAmount, Terms, check_items, check_period
from kimhub.funding.usecases.allocate import add_version, load_own_allocation, proceeding_of
from kimhub.funding.usecases.tell_committees import record_allocation
from kimhub.funding.usecases.tell_of_days import look_for_answer_later
from kimhub.funding.workflow import WORKFLOW, State
from kimhub.programme.public import Cell, GrantPurpose
from tenants import Actor, Permission, db
from tenants.proceedings import ProceedingMovedError


class NotIssuedError(ProceedingMovedError):
    """A draft is edited, and what has ended is not changed any more."""

    code = "allocation-not-in-force"
    title = "Die Weiterleitung gilt nicht"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAllocation:
    """Taking money back, after a Verzicht or by revocation; `reason` stands in the timeline."""

    allocation_id: UUID
    issued_on: date
    reason: str
    expected_seq: int | None = None


def amend_allocation(
    actor: Actor, allocation_id: UUID, terms: Terms, *, expected_seq: int | None = None
) -> Allocation:
    """Change an issued allocation; `terms` say what it is as a whole from then on, and why. Without money, end it.

    The recipient confirms anew. Raises `NotFoundError`, `InvalidInputError`, `NotIssuedError`,
    `ProceedingMovedError`, and from the database `OverdrawnError` or `PassedOnError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    check_period(terms.period_from, terms.period_to)
    check_items(terms.items, terms.period_from, terms.period_to)
    return _put_into_force(actor, allocation_id, terms, "amend", expected_seq)


def end_allocation(actor: Actor, command: EndAllocation) -> Allocation:
    """Take everything back: a version without money. Raises as `amend_allocation`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    allocation = load_own_allocation(session, actor, command.allocation_id)
    terms = current_terms(session, allocation)
    nothing = [replace(item, amount=Decimal("0.00"), fte=None) for item in terms.items]
    ended = replace(terms, items=nothing, issued_on=command.issued_on, reason=command.reason)
    return _put_into_force(actor, command.allocation_id, ended, "end", command.expected_seq)


def current_terms(session: Session, allocation: Allocation) -> Terms:
    """Return what the version in force says; raises `NotIssuedError` for a draft."""
    version = session.scalars(
        select(AllocationVersion).where(
            AllocationVersion.tenant_id == allocation.tenant_id,
            AllocationVersion.allocation_id == allocation.id,
            AllocationVersion.number == allocation.current_version,
        )
    ).one_or_none()
    if version is None:
        raise NotIssuedError(
            "Die Weiterleitung ist noch ein Entwurf. Bearbeiten oder verwerfen Sie den Entwurf."
        )
    rows = session.scalars(
        select(AllocationItem)
        .where(AllocationItem.tenant_id == version.tenant_id, AllocationItem.version_id == version.id)
        .order_by(AllocationItem.year, AllocationItem.baustein, AllocationItem.purpose)
    )
    return Terms(
        issued_on=version.issued_on,
        period_from=version.period_from,
        period_to=version.period_to,
        items=[CellAmount(Cell.of(row.year, GrantPurpose(row.purpose)), row.amount, row.fte) for row in rows],
        conditions=version.conditions,
        reason=version.reason,
        consent_on=version.consent_on,
        consent_reference=version.consent_reference,
    )


def _put_into_force(
    actor: Actor, allocation_id: UUID, terms: Terms, action: str, expected_seq: int | None
) -> Allocation:
    session = db.session()
    allocation = load_own_allocation(session, actor, allocation_id)
    if allocation.issued_at is None or allocation.ended_at is not None:
        raise NotIssuedError(
            "Nur eine Weiterleitung, die gilt, kann geändert oder beendet werden. Laden Sie die Seite neu."
        )
    if not terms.reason.strip():
        raise InvalidInputError(
            "Es fehlt der Grund.",
            fields={"reason": ["Schreiben Sie in einem Satz, warum sich etwas ändert."]},
        )
    version = add_version(session, actor, allocation, allocation.current_version + 1, terms)
    if allocation.recipient_id is not None:
        proceeding = proceeding_of(session, allocation)
        step = take_step(
            session, actor, WORKFLOW, proceeding, action=action, note=terms.reason, expected_seq=expected_seq
        )
        if step.to_state == State.AMENDED:
            look_for_answer_later(session, actor, step)
    elif expected_seq is not None and expected_seq != allocation.current_version:
        raise ProceedingMovedError(
            "Die Weiterleitung wurde inzwischen geändert. Lesen Sie die neue Fassung und entscheiden Sie dann."
        )
    version.recorded_at = session.scalar(select(func.now()))
    session.flush()  # the ledger's triggers speak now
    session.refresh(allocation)
    record_allocation(session, actor, allocation, version)
    return allocation
