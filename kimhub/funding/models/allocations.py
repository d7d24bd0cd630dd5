"""A Weiterleitung: money from a fund to a Gemeinde, a Träger or a part of the own administration."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.funding.models.columns import MAX_CONDITIONS, MAX_REASON, ItemColumns, item_checks
from kimhub.funding.models.funds import Fund
from kimhub.funding.models.grants import KEEPS_THE_BOOKS
from kimhub.funding.models.organizations import Organization
from kimhub.funding.workflow import KIND
from tenants import Base, SharedWith, TenantOwned, Within
from tenants.isolation import GATE_ROLE, RoleAccess


class Allocation(TenantOwned, Base):
    """Money that a tenant passes on. To a tenant it is a proceeding and has its id.

    The recipient sees it once the first version is in force; whoever gave the money to the giver sees it too, since
    passing on further needs its knowledge (VVG Nr. 12). A Gemeinde as recipient lies in the giver's Kreis; a Gemeinde
    passes on to another Gemeinde only what it received itself. `current_version`, `issued_at` and `ended_at` are
    written by the database when a version comes into force.
    """

    __tablename__ = "allocation"
    __isolation__ = SharedWith(
        columns=("shared_with", "released_to"),
        updatable=("title",),
        updatable_while="issued_at IS NULL",
        not_inserted=("current_version", "issued_at", "ended_at"),
        deletable="issued_at IS NULL",
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=(
                    "tenant_id", "id", "fund_id", "recipient_id", "source_allocation_id", "current_version",
                    "issued_at", "ended_at",
                ),
                update=("current_version", "issued_at", "ended_at"),
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("num_nonnulls(recipient_id, organization_id) = 1", name="one_recipient"),
        CheckConstraint("(recipient_id IS NULL) = (kreis_id IS NULL)", name="kreis"),
        CheckConstraint("(organization_id IS NULL) = (organization_name = '')", name="organization_name"),
        CheckConstraint("recipient_id <> tenant_id", name="not_to_oneself"),
        CheckConstraint("kreis_id = tenant_id OR source_allocation_id IS NOT NULL", name="below"),
        CheckConstraint("(source_allocation_id IS NULL) = (upstream_id IS NULL)", name="upstream"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        ForeignKeyConstraint(["tenant_id", "fund_id"], [Fund.tenant_id, Fund.id], name="fk_allocation_fund"),
        ForeignKeyConstraint(
            ["tenant_id", "organization_id"],
            [Organization.tenant_id, Organization.id],
            name="fk_allocation_organization",
        ),
        ForeignKeyConstraint(
            ["recipient_id", "kreis_id"], ["tenant.id", "tenant.parent_id"], name="fk_allocation_recipient"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "giver_kreis_id"], ["tenant.id", "tenant.parent_id"], name="fk_allocation_giver"
        ),
        ForeignKeyConstraint(
            ["id", "tenant_id", "recipient_id", "kind"],
            ["proceeding.id", "proceeding.tenant_id", "proceeding.counterpart_id", "proceeding.kind"],
            name="fk_allocation_proceeding",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "fund_id", "source_allocation_id"],
            [Fund.tenant_id, Fund.id, Fund.allocation_id],
            name="fk_allocation_source",
        ),
        ForeignKeyConstraint(
            ["source_allocation_id", "upstream_id"],
            ["allocation.id", "allocation.tenant_id"],
            name="fk_allocation_upstream",
            info={"crosses_tenants": "the allocation above is its giver's; the giver of this one has confirmed it"},
        ),
        UniqueConstraint("id", "tenant_id", name="uq_allocation_giver"),
        UniqueConstraint("id", "shared_with", name="uq_allocation_recipient"),
        Index("ix_allocation_own", "tenant_id", "created_at", "id"),
        Index("ix_allocation_fund", "tenant_id", "fund_id"),
        Index("ix_allocation_organization", "tenant_id", "organization_id"),
        Index(
            "ix_allocation_shared", "shared_with", "issued_at", "id", postgresql_where="shared_with IS NOT NULL"
        ),
        Index(
            "ix_allocation_released", "released_to", "issued_at", "id",
            postgresql_where="released_to IS NOT NULL",
        ),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER allocation_issued AFTER INSERT ON proceeding_entry FOR EACH ROW"
            f" WHEN (NEW.kind = '{KIND}' AND NEW.action = 'issue') EXECUTE FUNCTION app.allocation_issued()"
        ),
    )

    fund_id: Mapped[UUID]
    title: Mapped[str]
    """What it is for, as the recipient reads it."""
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    organization_id: Mapped[UUID | None]
    organization_name: Mapped[str] = mapped_column(server_default="")
    """The name from the address book at that time: who gave the money reads it, but not the address book."""
    kreis_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    """The Kreis in which the recipient lies."""
    giver_kreis_id: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN kreis_id <> tenant_id THEN kreis_id END", persisted=True)
    )
    source_allocation_id: Mapped[UUID | None]
    """The allocation that its fund came from; None where the fund is a grant."""
    upstream_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    """Who gave the money to the giver."""
    kind: Mapped[str | None] = mapped_column(
        Computed(f"CASE WHEN recipient_id IS NOT NULL THEN '{KIND}' END", persisted=True)
    )
    current_version: Mapped[int] = mapped_column(server_default="0")
    issued_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    """When a version without any money came into force: waived and taken back, or revoked."""
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN issued_at IS NOT NULL THEN recipient_id END", persisted=True)
    )
    released_to: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN issued_at IS NOT NULL THEN upstream_id END", persisted=True)
    )


class AllocationVersion(TenantOwned, Base):
    """A Weiterleitungsbescheid or -vertrag: number 1 gives, later ones change. Fixed once recorded.

    A change is entered and comes into force in one transaction, so the other side never sees a draft of it.
    """

    __tablename__ = "allocation_version"
    __isolation__ = Within(
        parent="allocation",
        via="allocation_id",
        updatable=(
            "issued_on", "period_from", "period_to", "conditions", "reason", "consent_on", "consent_reference",
            "recorded_at",
        ),
        updatable_while="recorded_at IS NULL",
        not_inserted=("recorded_at",),
        deletable="recorded_at IS NULL",
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "allocation_id", "number", "period_from", "period_to", "recorded_at"),
                update=("recorded_at",),  # to lock the row; the functions never set it
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint(f"length(conditions) <= {MAX_CONDITIONS}", name="conditions"),
        CheckConstraint(f"length(reason) <= {MAX_REASON}", name="reason"),
        CheckConstraint("length(consent_reference) <= 200", name="consent_reference"),
        ForeignKeyConstraint(
            ["tenant_id", "allocation_id"], [Allocation.tenant_id, Allocation.id],
            name="fk_allocation_version_allocation", ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "allocation_id", "number", name="uq_allocation_version_number"),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER allocation_version_recorded AFTER UPDATE OF recorded_at ON allocation_version FOR EACH ROW"
            " WHEN (OLD.recorded_at IS NULL AND NEW.recorded_at IS NOT NULL)"
            " EXECUTE FUNCTION app.allocation_recorded()"
        ),
    )

    allocation_id: Mapped[UUID]
    number: Mapped[int]
    issued_on: Mapped[date]
    period_from: Mapped[date]
    period_to: Mapped[date]
    conditions: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    """Why it was changed."""
    consent_on: Mapped[date | None]
    """When the Bezirksregierung agreed to passing the money on."""
    consent_reference: Mapped[str] = mapped_column(server_default="")
    recorded_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())


class AllocationItem(ItemColumns, TenantOwned, Base):
    """What a version passes on in one cell, in euro; with shares of positions where it is for staff."""

    __tablename__ = "allocation_item"
    __isolation__ = Within(
        parent="allocation_version",
        via="version_id",
        updatable=("amount", "fte"),
        deletable="true",
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "version_id", "year", "baustein", "purpose", "amount"),
            ),
        ),
    )
    __table_args__ = (
        *item_checks(),
        ForeignKeyConstraint(
            ["tenant_id", "version_id"], [AllocationVersion.tenant_id, AllocationVersion.id],
            name="fk_allocation_item_version", ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "version_id", "year", "purpose", name="uq_allocation_item_cell"),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER allocation_item_fixed BEFORE INSERT OR UPDATE OR DELETE ON allocation_item FOR EACH ROW"
            " EXECUTE FUNCTION app.bescheid_item_fixed('allocation_version')"
        ),
    )
