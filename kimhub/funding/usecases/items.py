"""Writing the amounts of a version."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.funding.models import AllocationItem, GrantItem
from kimhub.funding.terms import CellAmount
from tenants import Actor


def add_items(
    session: Session,
    actor: Actor,
    model: type[GrantItem | AllocationItem],
    version_id: UUID,
    items: Sequence[CellAmount],
) -> None:
    """Write `items` as the amounts of a version."""
    session.add_all(
        model(
            tenant_id=actor.tenant_id,
            version_id=version_id,
            year=item.cell.year,
            baustein=int(item.cell.baustein),
            purpose=item.cell.purpose,
            amount=item.amount,
            fte=item.fte,
        )
        for item in items
    )
    session.flush()  # constraints speak now
