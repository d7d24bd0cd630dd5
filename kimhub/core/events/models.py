"""The table of events."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, FetchedValue, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tenants import Base, RoleAccess, SharedWith, TenantOwned
from tenants.isolation import RELAY_ROLE

MAX_ABOUT = 300


class Event(TenantOwned, Base):
    """Something that was done. ``tenant_id`` is who did it, `concerns` who shall know of it; the same for one's own.

    Never changed, never cleared away: also what is counted years later is read from here. It is written beside the work
    that it tells of, which the audit records; it is a log itself and is not audited once more.
    """

    __tablename__ = "event"
    __isolation__ = SharedWith(
        audited=False,
        not_inserted=("rung_at",),
        others=(
            RoleAccess(
                role=RELAY_ROLE,
                reason="rings for whom there is something to receive: never what it is",
                select=("tenant_id", "id", "concerns", "rung_at"),
                update=("rung_at",),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint("kind ~ '^[a-z_]+\\.[a-z_]+$'", name="kind"),
        CheckConstraint(f"length(about) <= {MAX_ABOUT}", name="about"),
        UniqueConstraint("id", "shared_with", name="uq_event_concerned"),
        Index("ix_event_concerned", "shared_with", "created_at", "id"),
        Index("ix_event_revoking", "shared_with", "subject_id", postgresql_where=text("revokes")),
        Index("ix_event_told", "tenant_id", "concerns", "kind"),
        Index(
            "ix_event_not_rung", "concerns", "id",
            postgresql_where=text("rung_at IS NULL"),
            info={"crosses_tenants": "the relay looks for tenants that have something to receive"},
        ),
    )  # fmt: skip

    concerns: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    kind: Mapped[str]
    """What was done (`kimhub.core.events.kinds`)."""
    subject_id: Mapped[UUID]
    """The thing on whose page one reads more; the kind says which page that is."""
    about: Mapped[str]
    """By what both sides know the thing, as it was called then; no person."""
    act_id: Mapped[UUID]
    """The same for all rows of one deed."""
    revokes: Mapped[bool] = mapped_column(server_default="false")
    """Whether it takes back what was told of the thing before."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    rung_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    """When the relay made the job by which the concerned tenant receives it."""
    shared_with: Mapped[int] = mapped_column(Computed("concerns", persisted=True))
