"""A Weiterleitung, its change and its end are Vorgänge of which committees should hear."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kimhub.funding.models import Allocation, AllocationVersion
from kimhub.occurrences.public import Happened, OccurrenceKind, record
from tenants import Actor, Tenant


def record_allocation(
    session: Session, actor: Actor, allocation: Allocation, version: AllocationVersion
) -> None:
    """Record that a version came into force: that it gives, changes, or takes everything back."""
    to = (
        session.get_one(Tenant, allocation.recipient_id).official_name
        if allocation.recipient_id is not None
        else allocation.organization_name
    )
    record(
        actor,
        Happened(
            kind=_kind(allocation, version),
            source_id=version.id,
            subject_id=allocation.id,
            about=f"{allocation.title} (an {to})",
            on=version.issued_on,
            other_side=allocation.recipient_id,
        ),
    )


def _kind(allocation: Allocation, version: AllocationVersion) -> OccurrenceKind:
    if allocation.ended_at is not None:
        return OccurrenceKind.ALLOCATION_END
    if version.number > 1:
        return OccurrenceKind.ALLOCATION_CHANGE
    return OccurrenceKind.CONTRACT if allocation.recipient_id is None else OccurrenceKind.ALLOCATION
