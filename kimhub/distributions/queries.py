"""Reads of stored distributions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, bindparam, case, func, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.queries import JobStatus, job_status
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.distributions.models import (
    DistributedAllocation,
    KeyFigureFile,
    KeyFigureState,
    StoredDistribution,
)
from kimhub.funding.public import WORKFLOW, Allocation, AllocationItem, AllocationVersion, State
from kimhub.programme.public import Cell, GrantPurpose
from tenants import Actor, Tenant, db
from tenants.proceedings import ProceedingEntry

_MADE = (
    select(
        func.count().label("made"), func.count(Allocation.issued_at).label("issued")
    )
    .select_from(DistributedAllocation)
    .join(
        Allocation,
        (Allocation.tenant_id == DistributedAllocation.tenant_id)
        & (Allocation.id == DistributedAllocation.allocation_id),
    )
    .where(
        DistributedAllocation.tenant_id == StoredDistribution.tenant_id,
        DistributedAllocation.distribution_id == StoredDistribution.id,
    )
    .correlate(StoredDistribution)
    .lateral("made")
)  # fmt: skip
DISTRIBUTIONS = KeysetList(
    select(
        StoredDistribution.id,
        StoredDistribution.title,
        alphabetical(StoredDistribution.title).label("title_key"),
        StoredDistribution.changed_at,
        StoredDistribution.version,
        _MADE.c.made,
        _MADE.c.issued,
    ).join_from(StoredDistribution, _MADE, onclause=StoredDistribution.id.is_not(None)),
    scope=StoredDistribution.tenant_id,
    orders={
        "changed": Order("-changed_at", "-id"),
        "title": Order("title_key", "-changed_at", "-id", few_rows="a Kreis distributes a few times a year"),
    },
)
_LAST = (
    select(ProceedingEntry.to_state)
    .where(ProceedingEntry.proceeding_id == Allocation.id)
    .order_by(ProceedingEntry.seq.desc())
    .limit(1)
    .correlate(Allocation)
    .scalar_subquery()
)
"""Where an allocation to a tenant stands; a body of the address book answers nothing."""


def _begun_with(*columns: Any) -> Select[Any]:
    """Select `columns` of the allocations that a distribution made, with the items they began with."""
    return (
        select(*columns)
        .select_from(DistributedAllocation)
        .join(
            Allocation,
            (Allocation.tenant_id == DistributedAllocation.tenant_id)
            & (Allocation.id == DistributedAllocation.allocation_id),
        )
        .join(
            AllocationVersion,
            (AllocationVersion.tenant_id == Allocation.tenant_id)
            & (AllocationVersion.allocation_id == Allocation.id)
            & (AllocationVersion.number == 1),
        )
        .join(
            AllocationItem,
            (AllocationItem.tenant_id == AllocationVersion.tenant_id)
            & (AllocationItem.version_id == AllocationVersion.id),
        )
        .where(
            DistributedAllocation.tenant_id == bindparam("tenant"),
            DistributedAllocation.distribution_id == bindparam("distribution"),
        )
    )


_ALLOCATIONS = (
    _begun_with(
        Allocation.id,
        func.coalesce(Tenant.name, Allocation.organization_name).label("recipient"),
        Allocation.issued_at,
        func.sum(AllocationItem.amount).label("amount"),
        case(
            (Allocation.issued_at.is_(None), State.DRAFT.value),
            (Allocation.ended_at.is_not(None), State.ENDED.value),
            else_=func.coalesce(_LAST, State.ISSUED.value),
        ).label("state"),
    )
    .join(Tenant, Tenant.id == Allocation.recipient_id, isouter=True)
    .group_by(
        Allocation.id,
        Tenant.name,
        Tenant.sort_key,
        Allocation.organization_name,
        Allocation.issued_at,
        Allocation.ended_at,
    )
    .order_by(Tenant.sort_key.nulls_last(), Allocation.organization_name, Allocation.id)
)
_DRAFTED = (
    _begun_with(AllocationItem.year, AllocationItem.purpose, func.sum(AllocationItem.amount).label("amount"))
    .where(Allocation.issued_at.is_(None))
    .group_by(AllocationItem.year, AllocationItem.purpose)
    .order_by(AllocationItem.year, AllocationItem.purpose)
)


@dataclass(frozen=True, slots=True)
class MadeAllocation:
    """An allocation that a distribution made, with the amount it began with, in euro, and where it stands now."""

    id: UUID
    recipient: str
    issued_at: datetime | None
    amount: Decimal
    state: State

    @property
    def standing(self) -> str:
        """Where it stands, in a word."""
        return WORKFLOW.states[self.state]


def list_distributions(session: Session, actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """Return the tenant's distributions, the last changed first."""
    return DISTRIBUTIONS.fetch(session, actor.tenant_id, asked)


def get_distribution(session: Session, distribution_id: UUID) -> StoredDistribution:
    """Return a stored distribution, else `NotFoundError`."""
    stored = session.scalars(
        select(StoredDistribution).where(StoredDistribution.id == distribution_id)
    ).one_or_none()
    if stored is None:
        raise NotFoundError
    return stored


def allocations_of(session: Session, stored: StoredDistribution) -> list[MadeAllocation]:
    """Return the allocations that a distribution made, Gemeinden first."""
    return [
        MadeAllocation(row.id, row.recipient, row.issued_at, row.amount, State(row.state))
        for row in session.execute(_ALLOCATIONS, {"tenant": stored.tenant_id, "distribution": stored.id})
    ]


def key_figure_file_of(session: Session, distribution_id: UUID) -> KeyFigureFile | None:
    """Return the table of key figures that was last uploaded for a distribution."""
    return session.scalars(
        select(KeyFigureFile).where(KeyFigureFile.distribution_id == distribution_id)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class ShownKeyFigures:
    """The table last uploaded for a distribution, and how far the work on it is."""

    file: KeyFigureFile
    job: JobStatus | None

    @property
    def is_open(self) -> bool:
        """Tell whether it still makes sense to ask again."""
        return self.file.state == KeyFigureState.READING and self.job is not None and self.job.is_open

    @property
    def was_given_up(self) -> bool:
        """Tell whether the work on it failed for good."""
        return self.file.state == KeyFigureState.READING and not self.is_open

    @property
    def was_refused(self) -> bool:
        """Tell whether the table is wrong."""
        return self.file.state == KeyFigureState.REFUSED


def show_key_figures(session: Session, distribution_id: UUID) -> ShownKeyFigures | None:
    """Return the table last uploaded for a distribution with its progress, if there is one."""
    file = key_figure_file_of(session, distribution_id)
    if file is None:
        return None
    job = job_status(session, file.job_id) if file.state == KeyFigureState.READING else None
    if job is not None and not job.is_open:
        # Job and table are completed in one transaction; it may lie between the two looks.
        session.refresh(file)
    return ShownKeyFigures(file, job)


DISTRIBUTION = Versioned(
    StoredDistribution,
    get_distribution,
    parts=lambda stored: (
        stored.id,
        stored.version,
        *((made.id, made.issued_at) for made in allocations_of(db.session(), stored)),
    ),
    state=lambda stored: {"version": stored.version},
)
"""How a distribution is held and marked while it, or what it made, is changed."""


def drafted_cells(session: Session, stored: StoredDistribution) -> dict[Cell, Decimal]:
    """Return what the drafts of a distribution ask for in each cell, in euro; a draft may have been changed since."""
    rows = session.execute(_DRAFTED, {"tenant": stored.tenant_id, "distribution": stored.id})
    return {Cell.of(row.year, GrantPurpose(row.purpose)): row.amount for row in rows}
