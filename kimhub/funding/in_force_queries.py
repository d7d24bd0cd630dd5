"""What Weiterleitungen say now: the items of the version in force, and the state that the last step led to.

A statement that reads them begins ``select(…).select_from(ITEMS_IN_FORCE)`` and states its own scope.
"""

from __future__ import annotations

from sqlalchemy import join, select

from kimhub.funding.models import Allocation, AllocationItem, AllocationVersion
from tenants.proceedings import ProceedingEntry

ITEMS_IN_FORCE = join(
    join(
        Allocation,
        AllocationVersion,
        (AllocationVersion.tenant_id == Allocation.tenant_id)
        & (AllocationVersion.allocation_id == Allocation.id)
        & (AllocationVersion.number == Allocation.current_version),
    ),
    AllocationItem,
    (AllocationItem.tenant_id == AllocationVersion.tenant_id)
    & (AllocationItem.version_id == AllocationVersion.id),
)
LAST_STEP = (
    select(ProceedingEntry.to_state)
    .where(ProceedingEntry.proceeding_id == Allocation.id)
    .order_by(ProceedingEntry.seq.desc())
    .limit(1)
    .lateral("last")
)
"""Joined laterally. Without a row, as with an organisation of the address book, it is as it was issued."""
