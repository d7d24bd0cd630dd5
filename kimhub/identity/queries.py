"""Who belongs to the own tenant, and which machines work for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from kimhub.identity.models import OAuthClient
from tenants import Membership, db
from tenants.sorting import sort_key

LONGEST_LIST = 1_000
"""More people or machines than that are not listed on one page; no tenant of NRW comes near."""


def members(tenant_id: int) -> list[Membership]:
    """Return the memberships: present before ended ones, by name in German order, then by role."""
    rows = db.session().scalars(
        select(Membership)
        .where(Membership.tenant_id == tenant_id)
        .order_by(Membership.ended_at.is_not(None), Membership.created_at, Membership.id)
        .limit(LONGEST_LIST)
    )
    return sorted(
        rows, key=lambda row: (row.ended_at is not None, sort_key(row.display_name), row.role, row.id)
    )


def clients(tenant_id: int) -> Sequence[OAuthClient]:
    """Return the machine clients, the latest first."""
    return (
        db.session()
        .scalars(
            select(OAuthClient)
            .where(OAuthClient.tenant_id == tenant_id)
            .order_by(OAuthClient.created_at.desc(), OAuthClient.id)
            .limit(LONGEST_LIST)
        )
        .all()
    )
