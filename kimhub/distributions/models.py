"""Stored distributions and the allocations that came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.funding.public import Allocation, Fund
from kimhub.programme.public import Distribution, distribution_from_json
from tenants import Base, Own, TenantOwned


class StoredDistribution(TenantOwned, Base):
    """A distribution as a tenant keeps it: inputs only, the fund it takes from, and who the parties are.

    ``document`` has the form of docs/verteilformat.md; ``recipients`` maps the name of each party to the reference of
    a `parties.Recipient`. ``version`` counts the states, so that two people who edit do not overwrite each other.
    """

    __tablename__ = "distribution"
    __isolation__ = Own(
        updatable=("title", "document", "recipients", "version", "changed_at", "changed_by"),
        deletable="true",
    )
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        ForeignKeyConstraint(
            ["tenant_id", "fund_id"],
            [Fund.tenant_id, Fund.id],
            name="fk_distribution_fund",
            ondelete="CASCADE",
        ),
        Index("ix_distribution_own", "tenant_id", "changed_at", "id"),
        Index("ix_distribution_fund", "tenant_id", "fund_id"),
    )

    title: Mapped[str]
    fund_id: Mapped[UUID]
    document: Mapped[dict[str, Any]]
    recipients: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[UUID | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it so

    @property
    def distribution(self) -> Distribution:
        """Return the inputs, checked again: a rule may have become stricter since they were stored."""
        return distribution_from_json(self.document)


class DistributedAllocation(TenantOwned, Base):
    """An allocation that a distribution made; it goes when its draft is discarded."""

    __tablename__ = "distributed_allocation"
    __isolation__ = Own()
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "distribution_id"],
            [StoredDistribution.tenant_id, StoredDistribution.id],
            name="fk_distributed_allocation_distribution",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "allocation_id"],
            [Allocation.tenant_id, Allocation.id],
            name="fk_distributed_allocation_allocation",
            ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "allocation_id", name="uq_distributed_allocation_allocation"),
        Index("ix_distributed_allocation_distribution", "tenant_id", "distribution_id"),
    )

    distribution_id: Mapped[UUID]
    allocation_id: Mapped[UUID]
