"""What the overview reads besides the sums that other features offer; each statement states its scope itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Integer, any_, bindparam, case, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kimhub.core.keyset import row_limit
from kimhub.funding.public import (
    ITEMS_IN_FORCE,
    LAST_STEP,
    Allocation,
    AllocationItem,
    Grant,
    Organization,
    OrganizationKind,
    State,
)
from kimhub.planning.public import FinancingPlan
from kimhub.programme.public import GrantPurpose
from kimhub.spending.public import STAFF_OF_POSITIONS, Expenditure
from tenants import Tenant

MOST_PLANS = 50
"""Plans to choose from; those that a Zuwendung names first, then the last changed."""

_GIVEN = (
    select(
        Allocation.recipient_id,
        Allocation.organization_id,
        Tenant.name.label("tenant_name"),
        func.coalesce(Organization.name, Allocation.organization_name).label("organization_name"),
        Organization.kind.label("organization_kind"),
        func.coalesce(Tenant.sort_key, Organization.sort_key, Allocation.organization_name).label("sort_key"),
        case((LAST_STEP.c.to_state.is_not(None), LAST_STEP.c.to_state), else_=State.ISSUED.value).label("state"),
        AllocationItem.year,
        AllocationItem.purpose,
        func.sum(AllocationItem.amount).label("amount"),
    )
    .select_from(ITEMS_IN_FORCE)
    .join(Tenant, Tenant.id == Allocation.recipient_id, isouter=True)
    .join(
        Organization,
        (Organization.tenant_id == Allocation.tenant_id) & (Organization.id == Allocation.organization_id),
        isouter=True,
    )
    .join(LAST_STEP, true(), isouter=True)
    .where(
        Allocation.tenant_id == bindparam("me"),
        Allocation.issued_at.is_not(None),
        AllocationItem.tenant_id == bindparam("me"),
        AllocationItem.year.between(bindparam("first_year"), bindparam("last_year")),
        AllocationItem.amount > 0,
    )
    .group_by(
        Allocation.recipient_id, Allocation.organization_id, Tenant.name, Organization.name,
        Allocation.organization_name, Organization.kind, Tenant.sort_key, Organization.sort_key,
        LAST_STEP.c.to_state, AllocationItem.year, AllocationItem.purpose,
    )
    .order_by("sort_key", AllocationItem.year, AllocationItem.purpose, "state")
)  # fmt: skip
_BELOW = (
    select(
        Allocation.tenant_id,
        AllocationItem.year,
        AllocationItem.purpose,
        func.sum(AllocationItem.amount).label("amount"),
    )
    .select_from(ITEMS_IN_FORCE)
    .where(
        Allocation.released_to == bindparam("me"),
        AllocationItem.year.between(bindparam("first_year"), bindparam("last_year")),
    )
    .group_by(Allocation.tenant_id, AllocationItem.year, AllocationItem.purpose)
    .order_by(Allocation.tenant_id, AllocationItem.year, AllocationItem.purpose)
)


@dataclass(frozen=True, slots=True)
class Given:
    """What one recipient was given in a cell, by the state of the Weiterleitung, in euro."""

    recipient_id: int | None
    organization_id: UUID | None
    name: str
    sort_key: str
    kind: OrganizationKind | None
    """None for a tenant."""
    state: State
    year: int
    purpose: GrantPurpose
    amount: Decimal

    @property
    def stays(self) -> bool:
        """Whether the money stays in the tenant's own administration."""
        return self.kind is not None and self.kind.is_own


@dataclass(frozen=True, slots=True)
class PassedOnBelow:
    """What a recipient has passed on itself, in euro."""

    tenant_id: int
    year: int
    purpose: GrantPurpose
    amount: Decimal


def given(session: Session, me: int, first_year: int, last_year: int) -> list[Given]:
    """Return what the tenant has passed on, by recipient, year, purpose and state."""
    rows = session.execute(_GIVEN, {"me": me, "first_year": first_year, "last_year": last_year})
    return [
        Given(
            row.recipient_id, row.organization_id, row.tenant_name or row.organization_name, row.sort_key,
            OrganizationKind(row.organization_kind) if row.organization_kind else None, State(row.state),
            row.year, GrantPurpose(row.purpose), row.amount,
        )
        for row in rows
    ]  # fmt: skip


def passed_on_below(session: Session, me: int, first_year: int, last_year: int) -> list[PassedOnBelow]:
    """Return what those who received money from the tenant have passed on further."""
    rows = session.execute(_BELOW, {"me": me, "first_year": first_year, "last_year": last_year})
    return [PassedOnBelow(row.tenant_id, row.year, GrantPurpose(row.purpose), row.amount) for row in rows]


_PLANS = (
    select(
        FinancingPlan.id,
        FinancingPlan.title,
        select(Grant.id)
        .where(
            Grant.tenant_id == FinancingPlan.tenant_id,
            Grant.plan_id == FinancingPlan.id,
            Grant.current_version > 0,
        )
        .exists()
        .label("linked"),
    )
    .where(FinancingPlan.tenant_id == bindparam("me"), FinancingPlan.archived_at.is_(None))
    .order_by(text("linked DESC"), FinancingPlan.changed_at.desc(), FinancingPlan.id.desc())
    .limit(row_limit())
)
_DOCUMENTS = (
    select(FinancingPlan.id, FinancingPlan.title, FinancingPlan.version, FinancingPlan.document)
    .where(
        FinancingPlan.tenant_id == bindparam("me"),
        FinancingPlan.id == any_(bindparam("ids", type_=ARRAY(FinancingPlan.id.type))),
    )
    .order_by(FinancingPlan.title, FinancingPlan.id)
)


@dataclass(frozen=True, slots=True)
class PlanChoice:
    """A plan to choose."""

    id: UUID
    title: str
    linked: bool


def plan_choices(session: Session, me: int) -> list[PlanChoice]:
    """Return the plans of the tenant and whether a Zuwendung names them."""
    return [PlanChoice(*row) for row in session.execute(_PLANS, {"me": me, "limit": MOST_PLANS})]


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan with its inputs."""

    id: UUID
    title: str
    version: int
    document: dict[str, object]


def stored_plans(session: Session, me: int, ids: list[UUID]) -> list[StoredPlan]:
    """Return plans with their inputs."""
    rows = session.execute(_DOCUMENTS, {"me": me, "ids": ids})
    return [StoredPlan(row.id, row.title, row.version, row.document) for row in rows]


_costs = (
    select(
        Expenditure.position_reference,
        Expenditure.purpose,
        func.sum(Expenditure.amount).label("amount"),
        func.min(func.coalesce(Expenditure.period_from, Expenditure.booked_on)).label("begins"),
        func.max(func.coalesce(Expenditure.period_to, Expenditure.booked_on)).label("ends"),
    )
    .where(
        Expenditure.tenant_id == bindparam("me"),
        Expenditure.year == bindparam("year", type_=Integer()),
        text(STAFF_OF_POSITIONS),
    )
    .group_by(Expenditure.position_reference, Expenditure.purpose)
    .having(func.sum(Expenditure.amount) > 0)
    .cte("costs")
)
_other = _costs.alias("other")
_PAID_TWICE = (
    select(
        _costs.c.position_reference,
        _costs.c.purpose,
        _other.c.purpose.label("other_purpose"),
        func.greatest(_costs.c.begins, _other.c.begins).label("begins"),
        func.least(_costs.c.ends, _other.c.ends).label("ends"),
    )
    .join(
        _other,
        (_other.c.position_reference == _costs.c.position_reference)
        & (_costs.c.purpose < _other.c.purpose)
        & (_costs.c.begins <= _other.c.ends)
        & (_other.c.begins <= _costs.c.ends),
    )
    .order_by(_costs.c.position_reference, _costs.c.purpose, _other.c.purpose)
    .limit(row_limit())
)
MOST_PAID_TWICE = 20


@dataclass(frozen=True, slots=True)
class PaidTwice:
    """One position whose staff costs were booked for two purposes in the same days."""

    position_reference: str
    purpose: GrantPurpose
    other_purpose: GrantPurpose
    begins: date
    ends: date


def positions_paid_twice(session: Session, me: int, year: int) -> list[PaidTwice]:
    """Return positions that two purposes pay for in the same period; reversed bookings do not count."""
    rows = session.execute(_PAID_TWICE, {"me": me, "year": year, "limit": MOST_PAID_TWICE})
    return [
        PaidTwice(row[0], GrantPurpose(row.purpose), GrantPurpose(row.other_purpose), row.begins, row.ends)
        for row in rows
    ]
