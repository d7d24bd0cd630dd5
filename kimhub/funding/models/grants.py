"""A Zuwendung and its Bescheide: each Änderungsbescheid is a new version, the earlier ones stay readable."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    FetchedValue,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents.models import Document
from kimhub.funding.models.columns import MAX_CONDITIONS, MAX_REASON, ItemColumns, item_checks
from kimhub.planning.public import FinancingPlan
from kimhub.programme.public import Baustein
from tenants import Base, Own, TenantOwned
from tenants.isolation import GATE_ROLE, RoleAccess
from tenants.models import one_of

KEEPS_THE_BOOKS = "the ledger's triggers read what stands and keep the cells"


class GrantKind(StrEnum):
    """How the Land gives the money: on application by Bescheid, or as a yearly flat sum without one."""

    BESCHEID = "bescheid"
    PAUSCHALE = "pauschale"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _KINDS[self]

    @property
    def bausteine(self) -> tuple[Baustein, ...]:
        """What it can pay for: Baustein 1 is applied for and never comes as a flat sum."""
        if self is GrantKind.PAUSCHALE:
            return (Baustein.CASE_MANAGEMENT, Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN)
        return tuple(Baustein)


_KINDS = {
    GrantKind.BESCHEID: "Zuwendung auf Antrag",
    GrantKind.PAUSCHALE: "fachbezogene Pauschale",
}


class Grant(TenantOwned, Base):
    """A Zuwendung of the Land as its recipient keeps it. What was granted says the version in force.

    `current_version` is 0 until the first Bescheid is recorded; it and the period are written by the database when a
    version comes into force.
    """

    __tablename__ = "funding_grant"
    __isolation__ = Own(
        updatable=("title", "granted_by", "plan_id", "application_id"),
        not_inserted=("current_version", "period_from", "period_to"),
        deletable="current_version = 0",
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "current_version", "period_from", "period_to"),
                update=("current_version", "period_from", "period_to"),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(one_of("kind", GrantKind), name="kind"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint("length(granted_by) BETWEEN 1 AND 200", name="granted_by"),
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            [FinancingPlan.tenant_id, FinancingPlan.id],
            name="fk_funding_grant_plan",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["grant_application.tenant_id", "grant_application.id"],
            name="fk_funding_grant_application",
        ),
        Index("ix_funding_grant_own", "tenant_id", "created_at", "id"),
        Index("ix_funding_grant_plan", "tenant_id", "plan_id"),
        Index("ix_funding_grant_application", "tenant_id", "application_id"),
    )

    title: Mapped[str]
    kind: Mapped[str]
    granted_by: Mapped[str]
    """The authority that grants, e.g. „Bezirksregierung Arnsberg“."""
    plan_id: Mapped[UUID | None]
    """The plan that it pays for, where one is kept."""
    application_id: Mapped[UUID | None]
    """The application that it answers, where one was made here."""
    current_version: Mapped[int] = mapped_column(server_default="0")
    period_from: Mapped[date | None] = mapped_column(server_default=FetchedValue())
    period_to: Mapped[date | None] = mapped_column(server_default=FetchedValue())


class GrantVersion(TenantOwned, Base):
    """A Bescheid: number 1 grants, later ones change (Änderungsbescheid). Fixed once recorded.

    `waived_on` is the day of the Rechtsbehelfsverzicht, `final_on` the first day of Bestandskraft; they become known
    later and may be added to a recorded Bescheid. The period may have begun before the Bescheid came.
    """

    __tablename__ = "grant_version"
    __isolation__ = Own(
        updatable=(
            "aktenzeichen", "issued_on", "received_on", "period_from", "period_to", "conditions", "reason",
            "waived_on", "final_on", "recorded_at",
        ),
        not_inserted=("recorded_at",),
        deletable="recorded_at IS NULL",
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "grant_id", "number", "recorded_at"),
                update=("recorded_at",),  # to lock the row; the functions never set it
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("period_from <= period_to", name="period"),
        CheckConstraint("length(aktenzeichen) BETWEEN 1 AND 100", name="aktenzeichen"),
        CheckConstraint(f"length(conditions) <= {MAX_CONDITIONS}", name="conditions"),
        CheckConstraint(f"length(reason) <= {MAX_REASON}", name="reason"),
        CheckConstraint("received_on >= issued_on", name="received"),
        CheckConstraint("waived_on >= received_on", name="waived"),
        CheckConstraint("final_on >= received_on", name="final"),
        ForeignKeyConstraint(
            ["tenant_id", "grant_id"], [Grant.tenant_id, Grant.id], name="fk_grant_version_grant",
            ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "grant_id", "number", name="uq_grant_version_number"),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER grant_version_fixed BEFORE UPDATE ON grant_version FOR EACH ROW"
            " WHEN (OLD.recorded_at IS NOT NULL) EXECUTE FUNCTION app.bescheid_fixed('waived_on', 'final_on')"
        ),
        (
            "CREATE TRIGGER grant_version_recorded AFTER UPDATE OF recorded_at ON grant_version FOR EACH ROW"
            " WHEN (OLD.recorded_at IS NULL AND NEW.recorded_at IS NOT NULL) EXECUTE FUNCTION app.grant_recorded()"
        ),
    )

    grant_id: Mapped[UUID]
    number: Mapped[int]
    aktenzeichen: Mapped[str]
    issued_on: Mapped[date]
    received_on: Mapped[date]
    period_from: Mapped[date]
    """First day of the Bewilligungszeitraum."""
    period_to: Mapped[date]
    conditions: Mapped[str] = mapped_column(server_default="")
    """Nebenbestimmungen and what else the Bescheid says."""
    reason: Mapped[str] = mapped_column(server_default="")
    """Why an Änderungsbescheid came."""
    waived_on: Mapped[date | None]
    final_on: Mapped[date | None]
    recorded_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    """When it came into force in the books; None while it is being entered."""


class GrantItem(ItemColumns, TenantOwned, Base):
    """What a Bescheid grants in one cell, in euro; with the shares of positions where it names them."""

    __tablename__ = "grant_item"
    __isolation__ = Own(
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
            ["tenant_id", "version_id"], [GrantVersion.tenant_id, GrantVersion.id],
            name="fk_grant_item_version", ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "version_id", "year", "purpose", name="uq_grant_item_cell"),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER grant_item_fixed BEFORE INSERT OR UPDATE OR DELETE ON grant_item FOR EACH ROW"
            " EXECUTE FUNCTION app.bescheid_item_fixed('grant_version')"
        ),
    )


class GrantDocument(TenantOwned, Base):
    """A file of a Bescheid: the Bescheid itself, the Rechtsbehelfsverzicht, correspondence."""

    __tablename__ = "grant_document"
    __isolation__ = Own(
        deletable="EXISTS (SELECT FROM grant_version AS v WHERE v.id = version_id AND v.recorded_at IS NULL)"
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "version_id"], [GrantVersion.tenant_id, GrantVersion.id],
            name="fk_grant_document_version", ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"], [Document.tenant_id, Document.id], name="fk_grant_document_document"
        ),
        UniqueConstraint("tenant_id", "version_id", "document_id", name="uq_grant_document_once"),
        Index("ix_grant_document_document", "tenant_id", "document_id"),
    )  # fmt: skip

    version_id: Mapped[UUID]
    document_id: Mapped[UUID]


class GrantBaustein(TenantOwned, Base):
    """During which days a grant pays for a Baustein; no other grant of the tenant may then pay for it too.

    Written by the database when a Bescheid comes into force. The same money twice is what § 9 Abs. 4 TIntG forbids;
    more or less money for the same Baustein comes by Änderungsbescheid.
    """

    __tablename__ = "grant_baustein"
    __isolation__ = Own(
        insertable=False,
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason=KEEPS_THE_BOOKS,
                select=("tenant_id", "id", "grant_id", "baustein", "period"),
                insert=("tenant_id", "id", "grant_id", "baustein", "period"),
                delete=True,
            ),
        ),
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "grant_id"], [Grant.tenant_id, Grant.id], name="fk_grant_baustein_grant",
            ondelete="CASCADE",
        ),
        UniqueConstraint("tenant_id", "grant_id", "baustein", name="uq_grant_baustein_once"),
        # Ranges of one number each, because plain integers have no GiST operator class without an extension.
        ExcludeConstraint(
            (text("int4range(tenant_id, tenant_id, '[]')"), "&&"),
            (text("int4range(baustein, baustein, '[]')"), "&&"),
            ("period", "&&"),
            name="grant_baustein_once",
            info={"crosses_tenants": "the first of the ranges is the tenant, so nobody meets another's rows"},
        ),
    )  # fmt: skip

    grant_id: Mapped[UUID]
    baustein: Mapped[int]
    period: Mapped[Range[date]] = mapped_column(DATERANGE)
