"""The application, its files, and what happened to it after its submission."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, deferred, mapped_column

from kimhub.applications.errors import ApplicationFixedError, ApplicationOverError, CorrectedAlreadyError
from kimhub.core.documents.models import Document
from kimhub.core.errors import constraint_error
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import Base, Own, TenantOwned
from tenants.models import one_of

DRAFT = "submitted_at IS NULL"
"""While this holds the application changes; afterwards nothing of it does, whoever asks (row policy)."""

ONLY_IN_DRAFT = (
    "CREATE TRIGGER {table}_only_in_draft AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION app.application_is_draft()"
)
"""A part of an application changes only with a draft, which stays one until the change is committed."""


class EventKind(StrEnum):
    """What happens to an application after its submission; the last two end it."""

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class GrantApplication(TenantOwned, Base):
    """A grant recipient's application to the Bezirksregierung for a Bewilligungszeitraum (Förderantrag, Baustein 1).

    A draft follows its plan. The submission freezes the plan's document and its computed result: from then on the
    row policy lets nothing of it change. A correction is a new application that names the earlier one.
    ``version`` counts every change of the draft and its parts.
    """

    __tablename__ = "grant_application"
    __isolation__ = Own(
        updatable=(
            "title", "starts_on", "ends_on", "plan_id", "version", "changed_at", "archived_at",
            "submitted_at", "submitted_on", "submitted_by", "reference", "plan_version", "plan_document",
            "plan_result",
        ),
        updatable_while=DRAFT,
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        CheckConstraint(
            f"starts_on <= ends_on AND starts_on >= '{FIRST_YEAR}-01-01' AND ends_on <= '{LAST_YEAR}-12-31'",
            name="period",
        ),
        CheckConstraint(
            "num_nulls(submitted_at, submitted_on, submitted_by, plan_version, plan_document, plan_result)"
            " IN (0, 6)",
            name="submitted_whole",
        ),
        CheckConstraint("submitted_at IS NULL OR archived_at IS NULL", name="only_drafts_are_put_away"),
        CheckConstraint("supersedes_id <> id", name="supersedes_another"),
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["financing_plan.tenant_id", "financing_plan.id"],
            name="fk_grant_application_plan",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "supersedes_id", "supersedes_submitted"],
            ["grant_application.tenant_id", "grant_application.id", "grant_application.submitted"],
            name="fk_grant_application_supersedes",
        ),
        UniqueConstraint("tenant_id", "id", "submitted", name="uq_grant_application_submitted"),
        Index("ix_grant_application_own", "tenant_id", "created_at", "id"),
        Index(
            "uq_grant_application_correction", "tenant_id", "supersedes_id", unique=True,
            postgresql_where="archived_at IS NULL",
        ),
    )  # fmt: skip

    title: Mapped[str]
    starts_on: Mapped[date]
    """First day of the Bewilligungszeitraum asked for."""
    ends_on: Mapped[date]
    plan_id: Mapped[UUID | None]
    supersedes_id: Mapped[UUID | None]
    """The submitted application that this one corrects."""
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    archived_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    """When it was frozen here."""
    submitted_on: Mapped[date | None]
    """The day on which it went to the Bezirksregierung, as the applicant says."""
    submitted_by: Mapped[str | None]
    """The role that submitted, never a person's name."""
    reference: Mapped[str] = mapped_column(server_default="", default="")
    """The applicant's own Aktenzeichen."""
    plan_version: Mapped[int | None]
    plan_document: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSONB(none_as_null=True)))
    plan_result: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSONB(none_as_null=True)))
    submitted: Mapped[bool] = mapped_column(Computed("submitted_at IS NOT NULL", persisted=True))
    supersedes_submitted: Mapped[bool | None] = mapped_column(
        Computed("CASE WHEN supersedes_id IS NOT NULL THEN true END", persisted=True)
    )

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.submitted_at is None

    @property
    def years(self) -> range:
        """The Haushaltsjahre of the Bewilligungszeitraum."""
        return range(self.starts_on.year, self.ends_on.year + 1)

    def touch(self) -> None:
        """Count a change of the draft or of one of its parts."""
        self.version += 1
        self.changed_at = func.now()


class ApplicationEvent(TenantOwned, Base):
    """What happened to a submitted application: its receipt (Eingangsvermerk), a withdrawal, the decision.

    Append-only, each kind once; withdrawn and decided exclude each other.
    """

    __tablename__ = "application_event"
    __isolation__ = Own()
    __table_args__ = (
        CheckConstraint(one_of("kind", EventKind), name="kind"),
        CheckConstraint("length(note) <= 2000", name="note"),
        CheckConstraint("length(reference) <= 120", name="reference"),
        ForeignKeyConstraint(
            ["tenant_id", "application_id", "submitted"],
            ["grant_application.tenant_id", "grant_application.id", "grant_application.submitted"],
            name="fk_application_event_application",
        ),
        UniqueConstraint("tenant_id", "application_id", "kind", name="uq_application_event_once"),
        Index(
            "uq_application_event_end", "tenant_id", "application_id", unique=True,
            postgresql_where=f"kind IN ('{EventKind.WITHDRAWN}', '{EventKind.DECIDED}')",
        ),
    )  # fmt: skip

    application_id: Mapped[UUID]
    kind: Mapped[str]
    happened_on: Mapped[date]
    reference: Mapped[str] = mapped_column(server_default="", default="")
    """The Bezirksregierung's Aktenzeichen."""
    note: Mapped[str] = mapped_column(server_default="", default="")
    actor_label: Mapped[str]
    submitted: Mapped[bool] = mapped_column(Computed("true", persisted=True))


class ApplicationDocument(TenantOwned, Base):
    """A file that belongs to the application; attached and removed while it is a draft."""

    __tablename__ = "application_document"
    __isolation__ = Own(deletable="true")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["grant_application.tenant_id", "grant_application.id"],
            name="fk_application_document_application",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"],
            [Document.tenant_id, Document.id],
            name="fk_application_document_document",
        ),
        UniqueConstraint("tenant_id", "document_id", name="uq_application_document_once"),
        Index("ix_application_document_own", "tenant_id", "application_id", "created_at"),
    )
    __more_ddl__ = (ONLY_IN_DRAFT.format(table="application_document"),)

    application_id: Mapped[UUID]
    document_id: Mapped[UUID]


constraint_error("application_is_draft", ApplicationFixedError, "")
constraint_error("uq_application_event_once", ApplicationOverError, "")
constraint_error("uq_application_event_end", ApplicationOverError, "")
constraint_error("uq_grant_application_correction", CorrectedAlreadyError, "")
