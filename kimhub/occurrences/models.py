"""What happened, the line by which each body concerned knows it, and what a Kreis shows to all its Gemeinden."""

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
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.occurrences.terms import OccurrenceKind
from tenants import Base, Own, Published, SharedWith, TenantOwned
from tenants.models import one_of

MAX_ABOUT = 300


class Occurrence(TenantOwned, Base):
    """Something that happened in a body's KIM, with the day that counts for it. What it was about stays with it."""

    __tablename__ = "occurrence"
    __isolation__ = Own(
        updatable=("revoked_on",), updatable_while="revoked_on IS NULL", not_inserted=("revoked_on",)
    )
    __table_args__ = (
        CheckConstraint(one_of("kind", OccurrenceKind), name="kind"),
        CheckConstraint(f"length(about) BETWEEN 1 AND {MAX_ABOUT}", name="about"),
        CheckConstraint("revoked_on >= happened_on", name="revoked"),
        UniqueConstraint("tenant_id", "kind", "source_id", name="uq_occurrence_source"),
        UniqueConstraint("tenant_id", "id", "kind", "happened_on", name="uq_occurrence_line"),
    )

    kind: Mapped[str]
    source_id: Mapped[UUID]
    """What makes it one: the Bescheid, the version, the proceeding. Recorded once, however often it is said."""
    subject_id: Mapped[UUID]
    """The thing on whose page one reads more; the kind says which page that is."""
    about: Mapped[str]
    """By what one's own people know it; no person."""
    happened_on: Mapped[date]
    revoked_on: Mapped[date | None] = mapped_column(server_default=FetchedValue())
    """When it was taken back."""
    actor_label: Mapped[str]


class OccurrenceLine(Base):
    """That a body is concerned by what happened: what, on which day, nothing of its content.

    ``tenant_id`` is where it happened; for its own committees that body has a line, too.
    """

    __tablename__ = "occurrence_line"
    __isolation__ = SharedWith(
        # It follows from the occurrence and from what the Kreis shows; both are audited.
        audited=False,
        updatable=("revoked_on",),
        updatable_while="revoked_on IS NULL",
        not_inserted=("revoked_on",),
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "occurrence_id", "kind", "happened_on"],
            [Occurrence.tenant_id, Occurrence.id, Occurrence.kind, Occurrence.happened_on],
            name="fk_occurrence_line_occurrence",
        ),
        CheckConstraint("subject_id IS NULL OR concerns_id <> tenant_id", name="subject"),
        Index(
            "ix_occurrence_line_list", "shared_with", "happened_on", "occurrence_id",
            postgresql_include=["tenant_id"],
        ),
        Index(
            "ix_occurrence_line_given", "tenant_id", "elsewhere", "happened_on", "concerns_id", "occurrence_id",
            postgresql_include=["shared_with"],
        ),
    )  # fmt: skip

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    occurrence_id: Mapped[UUID] = mapped_column(primary_key=True)
    concerns_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    happened_on: Mapped[date]
    subject_id: Mapped[UUID | None]
    """The thing, where the body concerned sees it anyway: the other side of a proceeding."""
    revoked_on: Mapped[date | None] = mapped_column(server_default=FetchedValue())
    elsewhere: Mapped[bool] = mapped_column(Computed("concerns_id <> tenant_id", persisted=True))
    """Whether it concerns another body than the one where it happened."""
    shared_with: Mapped[int] = mapped_column(Computed("concerns_id", persisted=True))


class OccurrenceReach(TenantOwned, Base):
    """That a Kreis has said whether it shows what happens of a kind to all its Gemeinden; the last word counts."""

    __tablename__ = "occurrence_reach"
    __isolation__ = Published(
        reason="which kinds of events a Kreis shows to its Gemeinden they must be able to read; it names no person"
    )
    __table_args__ = (
        CheckConstraint(one_of("kind", OccurrenceKind), name="kind"),
        CheckConstraint("actor_label <> ''", name="actor_label"),
        Index("ix_occurrence_reach_last", "tenant_id", "kind", "created_at"),
    )

    kind: Mapped[str]
    to_gemeinden: Mapped[bool]
    actor_label: Mapped[str]
