"""A body says that a committee need not be told of something, and why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import locked
from kimhub.coverage.models import CoverageWaiver
from kimhub.coverage.queries import coverage_file
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWaiver:
    """Which committee need not be told of what happened, and why."""

    occurrence_id: UUID
    committee_id: UUID
    reason: str


def waive_telling(actor: Actor, command: NewWaiver) -> CoverageWaiver:
    """Keep on record that a committee need not be told.

    Raises `ForbiddenError`, `NotFoundError` where it does not concern that committee, `InvalidInputError` without a
    reason, and `ToldError` where that is on record already.
    """
    actor.require(Permission.NOTICE_WRITE)
    if not command.reason.strip():
        raise InvalidInputError("Es fehlt der Grund.", fields={"reason": ["Geben Sie den Grund an."]})
    session = db.session()
    file = coverage_file(session, actor.tenant_id, command.occurrence_id)
    waiver = CoverageWaiver(
        tenant_id=actor.tenant_id,
        owner_id=file.line.tenant_id,
        occurrence_id=command.occurrence_id,
        lead_id=file.cell(command.committee_id)["lead_id"],
        committee_id=command.committee_id,
        reason=command.reason,
        actor_label=actor.label,
    )
    session.add(waiver)
    session.flush()  # constraints speak now
    return waiver


def take_back_waiver(actor: Actor, waiver_id: UUID) -> None:
    """Say that the committee is to be told after all; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.NOTICE_WRITE)
    session = db.session()
    session.delete(locked(session, CoverageWaiver, waiver_id))
    session.flush()
