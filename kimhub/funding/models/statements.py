"""A Zwischenstand: what a recipient tells its giver about its spending, deliberately and for good."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.funding.models.allocations import Allocation
from kimhub.funding.models.columns import cell_checks
from tenants import Base, SharedWith, TenantOwned, Within


class SpendingStatement(TenantOwned, Base):
    """The sums of the recipient's books on one day, for the cells of one allocation. Never changed, never deleted.

    The bookings themselves stay with the recipient; a later statement replaces none before it.
    """

    __tablename__ = "spending_statement"
    __isolation__ = SharedWith()
    __table_args__ = (
        ForeignKeyConstraint(
            ["allocation_id", "giver_id"],
            [Allocation.id, Allocation.tenant_id],
            name="fk_spending_statement_giver",
            info={"crosses_tenants": "the allocation is its giver's; whoever states has received it"},
        ),
        ForeignKeyConstraint(
            ["allocation_id", "tenant_id"],
            [Allocation.id, Allocation.shared_with],
            name="fk_spending_statement_recipient",
            info={"crosses_tenants": "only the recipient of an issued allocation states what it spent"},
        ),
        Index("ix_spending_statement_own", "tenant_id", "allocation_id", "created_at", "id"),
        Index("ix_spending_statement_shared", "shared_with", "allocation_id", "created_at", "id"),
    )

    allocation_id: Mapped[UUID]
    giver_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    """The role that shared it."""
    shared_with: Mapped[int] = mapped_column(Computed("giver_id", persisted=True))


class SpendingStatementItem(TenantOwned, Base):
    """What was spent in one cell, in euro, reversals deducted; from all money that the recipient has for it."""

    __tablename__ = "spending_statement_item"
    __isolation__ = Within(parent="spending_statement", via="statement_id")
    __table_args__ = (
        *cell_checks(),
        CheckConstraint("allocated >= 0", name="allocated"),
        ForeignKeyConstraint(
            ["tenant_id", "statement_id"],
            [SpendingStatement.tenant_id, SpendingStatement.id],
            name="fk_spending_statement_item_statement",
        ),
        UniqueConstraint(
            "tenant_id", "statement_id", "year", "purpose", name="uq_spending_statement_item_cell"
        ),
    )

    statement_id: Mapped[UUID]
    year: Mapped[int]
    baustein: Mapped[int]
    purpose: Mapped[str]
    allocated: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """What the allocation gave in this cell when the statement was made."""
    spent: Mapped[Decimal] = mapped_column(Numeric(14, 2))
