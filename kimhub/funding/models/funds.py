"""Funds and their cells: what there is, what was passed on, and that the one always covers the other."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.funding.models.columns import cell_checks
from kimhub.funding.models.grants import KEEPS_THE_BOOKS, Grant
from tenants import Base, Own, TenantOwned
from tenants.isolation import GATE_ROLE, RoleAccess
from tenants.models import one_of


class FundSource(StrEnum):
    """Where the money of a fund comes from."""

    GRANT = "grant"
    ALLOCATION = "allocation"


class Fund(TenantOwned, Base):
    """Money that a tenant may pass on: a grant of its own, or an allocation that it has confirmed.

    It has the id of its grant or allocation. A fund of an allocation exists from the confirmation on, and only
    where the allocation is shared with the tenant.
    """

    __tablename__ = "fund"
    __isolation__ = Own(
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "source", "grant_id", "allocation_id"),
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint(one_of("source", FundSource), name="source"),
        ForeignKeyConstraint(
            ["tenant_id", "grant_id"], [Grant.tenant_id, Grant.id], name="fk_fund_grant", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["allocation_id", "tenant_id"],
            ["allocation.id", "allocation.shared_with"],
            name="fk_fund_allocation",
            use_alter=True,
            info={
                "crosses_tenants": "a recipient opens its fund on the allocation that its giver shares with it"
            },
        ),
        UniqueConstraint("tenant_id", "id", "allocation_id", name="uq_fund_allocation"),
    )
    __more_ddl__ = (
        (
            "ALTER TABLE fund ADD CONSTRAINT fk_fund_allocation FOREIGN KEY (allocation_id, tenant_id)"
            " REFERENCES allocation (id, shared_with)"
        ),
        (
            "CREATE TRIGGER fund_opened AFTER INSERT ON fund FOR EACH ROW WHEN (NEW.source = 'allocation')"
            " EXECUTE FUNCTION app.fund_opened()"
        ),
    )

    source: Mapped[str]
    grant_id: Mapped[UUID | None] = mapped_column(
        Computed("CASE WHEN source = 'grant' THEN id END", persisted=True)
    )
    allocation_id: Mapped[UUID | None] = mapped_column(
        Computed("CASE WHEN source = 'allocation' THEN id END", persisted=True)
    )


class FundCell(TenantOwned, Base):
    """One cell of a fund, in euro: `funded` by Bescheid or allocation, `passed_on` by allocations from it.

    Written by the database alone, when versions come into force; its check is what makes overdrawing impossible.
    """

    __tablename__ = "fund_cell"
    __isolation__ = Own(
        insertable=False,
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "fund_id", "year", "baustein", "purpose", "funded", "passed_on"),
                insert=("tenant_id", "id", "fund_id", "year", "baustein", "purpose", "funded", "passed_on"),
                update=("funded", "passed_on"),
            ),
        ),
    )
    __table_args__ = (
        *cell_checks(),
        CheckConstraint("passed_on >= 0", name="passed_on"),
        CheckConstraint("passed_on <= funded", name="covered"),
        ForeignKeyConstraint(
            ["tenant_id", "fund_id"], [Fund.tenant_id, Fund.id], name="fk_fund_cell_fund", ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "fund_id", "year", "purpose", name="uq_fund_cell_cell"),
    )

    fund_id: Mapped[UUID]
    year: Mapped[int]
    baustein: Mapped[int]
    purpose: Mapped[str]
    funded: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    passed_on: Mapped[Decimal] = mapped_column(Numeric(14, 2))

    @property
    def left(self) -> Decimal:
        """Return what may still be passed on, in euro."""
        return self.funded - self.passed_on
