"""The release, who reads it with what concerns that Gemeinde alone, and what waits for those that join later."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.committees.public import CommitteeInUseError
from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from tenants import Base, Own, SharedWithMany, TenantOwned
from tenants.models import one_of
from tenants.sharing import Recipients, recipients_of


class PartKind(StrEnum):
    """What a Kreis can release."""

    PARTICIPANTS = "participants"
    INVOLVEMENT = "involvement"
    PLAN = "plan"
    MEMBERS = "members"
    MEASURES = "measures"

    @property
    def label(self) -> str:
        """Return its German name."""
        return _LABELS[self]


_LABELS = {
    PartKind.PARTICIPANTS: "Beteiligte an der Förderskizze",
    PartKind.INVOLVEMENT: "Einbindung der Gemeinde",
    PartKind.PLAN: "Zahlen des Finanzierungsplans",
    PartKind.MEMBERS: "Mitglieder des Gremiums",
    PartKind.MEASURES: "Maßnahmen des Gremiums",
}
OF_APPLICATION = (PartKind.PARTICIPANTS, PartKind.INVOLVEMENT)
OF_GROUP = (PartKind.MEMBERS, PartKind.MEASURES)
"""What is released of a Lenkungsgruppe or Projektgruppe."""


class Release(TenantOwned, Base):
    """A part of what a Kreis knows, as it was when it was released; it never changes.

    `content` is what all readers read (its form follows from `kind`, see schemas.py); what concerns one Gemeinde alone
    stands in its recipient row. Of two releases of the same `kind` and `subject_id` the later one counts.
    """

    __tablename__ = "release"
    __isolation__ = SharedWithMany(rows="release_recipient", via="release_id")
    __table_args__ = (
        CheckConstraint(one_of("kind", PartKind), name="kind"),
        CheckConstraint("(kind = 'plan') = (plan_id IS NOT NULL)", name="plan"),
        CheckConstraint(f"({one_of('kind', OF_APPLICATION)}) = (application_id IS NOT NULL)", name="application"),
        CheckConstraint(f"({one_of('kind', OF_GROUP)}) = (committee_id IS NOT NULL)", name="committee"),
        CheckConstraint("(source_version IS NULL) = (committee_id IS NOT NULL)", name="version"),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content"),
        ForeignKeyConstraint(
            ["tenant_id", "application_id"],
            ["grant_application.tenant_id", "grant_application.id"],
            name="fk_release_application",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["financing_plan.tenant_id", "financing_plan.id"],
            name="fk_release_plan",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "committee_id"], ["committee.tenant_id", "committee.id"], name="fk_release_committee"
        ),
        UniqueConstraint(
            "tenant_id", "id", "released_at", "kind", "subject_id", name="uq_release_released"
        ),
        Index("ix_release_list", "tenant_id", "released_at", "id"),
        Index("ix_release_rule", "tenant_id", "id", postgresql_where=sql("to_gemeinden")),
    )  # fmt: skip

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    """The application, of a correction the first one of its chain; or the plan, or the committee."""
    application_id: Mapped[UUID | None]
    plan_id: Mapped[UUID | None]
    committee_id: Mapped[UUID | None]
    """The Lenkungsgruppe or Projektgruppe, led by the Kreis."""
    source_title: Mapped[str]
    source_version: Mapped[int | None]
    """None for a committee: its seats and measures have days, no versions."""
    source_reference: Mapped[str] = mapped_column(server_default="", default="")
    """The Kreis's own Aktenzeichen."""
    submitted_on: Mapped[date | None]
    """When what it is taken from went to the Bezirksregierung; None for a draft."""
    as_of: Mapped[date]
    """The day („Stand“) whose state it is."""
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    to_gemeinden: Mapped[bool]
    """Whether all Gemeinden of the own Kreis read it, those that join later, too."""
    released_at: Mapped[datetime]
    actor_label: Mapped[str]
    """The role of whoever released it."""


class ReleaseRecipient(Recipients, Base):
    """That a Gemeinde reads a release, until when, and what of it is for this Gemeinde alone."""

    __tablename__ = "release_recipient"
    __table_args__ = (
        *recipients_of("release", "release_id", name="release_recipient", copied=("kind", "subject_id")),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content"),
        Index("ix_release_recipient_newer", "shared_with", "subject_id", "kind", "released_at"),
    )

    release_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=sql("'{}'"), default=dict)
    """What this Gemeinde alone reads, copied from its portion; empty where all read the same."""


class ReleasePortion(Base):
    """What of a release concerns one Gemeinde, frozen with it, also for those that do not take part yet.

    Only the Kreis sees these rows; a Gemeinde reads the copy in its recipient row.
    """

    __tablename__ = "release_portion"
    __isolation__ = Own()
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "release_id"],
            [Release.tenant_id, Release.id],
            name="fk_release_portion_release",
        ),
        CheckConstraint("jsonb_typeof(content) = 'object'", name="content"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    release_id: Mapped[UUID] = mapped_column(primary_key=True)
    ags: Mapped[str] = mapped_column(ForeignKey("register_entry.ags"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class NothingToReleaseError(InvalidInputError):
    """What is empty is not released: nobody could tell it from a refusal."""

    code = "nothing-to-release"
    title = "Es gibt noch nichts freizugeben"


class ReleaseWithdrawnError(ConflictError):
    """Nobody (there) reads it any more."""

    code = "release-withdrawn"
    title = "Die Freigabe ist zurückgenommen"


constraint_error(
    "fk_release_committee",
    CommitteeInUseError,
    "Zu diesem Gremium ist den Gemeinden etwas freigegeben. Lösen Sie das Gremium auf, statt es zu löschen.",
)
