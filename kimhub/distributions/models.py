"""Stored distributions, the tables that fill them, and the allocations that came of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents.limits import MAX_NAME_LENGTH
from kimhub.funding.public import Allocation, Fund
from kimhub.programme.public import Distribution, distribution_from_json
from tenants import Base, Own, TenantOwned
from tenants.models import one_of


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


class KeyFigureState(StrEnum):
    """What has become of a table of key figures."""

    READING = "reading"
    TAKEN = "taken"
    REFUSED = "refused"


class KeyFigureFile(TenantOwned, Base):
    """The table of key figures that was last uploaded for a distribution, and what has become of it.

    The table itself is kept only until it is read. It is read into the state of the distribution for which it was
    uploaded: what somebody has typed meanwhile is not overwritten.
    """

    __tablename__ = "key_figure_file"
    __isolation__ = Own(updatable=("state", "problems", "document_id", "finished_at"), deletable="true")
    __table_args__ = (
        CheckConstraint(one_of("state", KeyFigureState), name="state"),
        CheckConstraint(f"length(filename) BETWEEN 1 AND {MAX_NAME_LENGTH}", name="filename"),
        CheckConstraint(
            f"(state = '{KeyFigureState.READING}') = (document_id IS NOT NULL)"
            " AND (document_id IS NULL) = (finished_at IS NOT NULL)",
            name="kept_until_read",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "distribution_id"],
            [StoredDistribution.tenant_id, StoredDistribution.id],
            name="fk_key_figure_file_distribution",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"], ["document.tenant_id", "document.id"], name="fk_key_figure_file_document"
        ),
        UniqueConstraint("tenant_id", "distribution_id", name="uq_key_figure_file_distribution"),
        Index(
            "ix_key_figure_file_document", "tenant_id", "document_id",
            postgresql_where=text("document_id IS NOT NULL"),
        ),
    )  # fmt: skip

    distribution_id: Mapped[UUID]
    distribution_version: Mapped[int]
    """The state for which it was uploaded."""
    document_id: Mapped[UUID | None]
    filename: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=KeyFigureState.READING)
    problems: Mapped[list[str]] = mapped_column(JSONB(), server_default=text("'[]'"))
    """Why it was refused: sentences, in the order of the file."""
    job_id: Mapped[UUID]
    """The job that reads it. No foreign key: finished jobs are cleared away."""
    finished_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
