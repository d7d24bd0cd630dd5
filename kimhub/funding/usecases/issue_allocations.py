"""Issuing allocations: all of them or none, each covered by its fund."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from kimhub.funding.models import Allocation
from kimhub.funding.usecases.allocate import first_version, load_draft_allocation
from kimhub.funding.workflow import WORKFLOW
from tenants import Actor, Permission, db
from tenants.proceedings import Proceeding, advance


def issue_allocations(actor: Actor, allocation_ids: Sequence[UUID]) -> list[Allocation]:
    """Issue drafts; what they take from their funds is gone from there, recipients see them from now on.

    They come into force one after the other in a fixed order, so that two people who issue overlapping batches wait
    for each other. Raises `NotFoundError`, `AllocationIssuedError`, and from the database `OverdrawnError` with what
    is left; then none of them is issued.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    issued = []
    for allocation_id in sorted(set(allocation_ids)):
        allocation = load_draft_allocation(session, actor, allocation_id)
        first_version(session, allocation).recorded_at = session.scalar(select(func.now()))
        session.flush()  # the ledger's triggers speak now
        session.refresh(allocation)
        if allocation.recipient_id is not None:
            proceeding = session.get_one(Proceeding, (actor.tenant_id, allocation.id))
            advance(session, actor, WORKFLOW, proceeding, action="issue")
        issued.append(allocation)
    return issued
