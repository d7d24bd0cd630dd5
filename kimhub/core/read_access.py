"""The reading log: who read a file or report that another tenant shared (ADR 5).

The reader writes the line, since a tenant writes only rows of its own; the owner of what was read sees it, too.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants import Actor, Base, SharedWith, TenantOwned


class ReadAccess(TenantOwned, Base):
    """One reading. ``tenant_id`` is the reader; append-only."""

    __tablename__ = "read_access"
    __isolation__ = SharedWith()
    __table_args__ = (
        CheckConstraint("owner_id <> tenant_id", name="two_sides"),
        Index("ix_read_access_own", "tenant_id", "created_at", "id"),
        Index("ix_read_access_shared", "shared_with", "subject_id", "created_at"),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    subject: Mapped[str]
    """What was read: ``document`` or ``report``."""
    subject_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    request_id: Mapped[str]
    shared_with: Mapped[int] = mapped_column(Computed("owner_id", persisted=True))


def record_reading(session: Session, actor: Actor, *, owner_id: int, subject: str, subject_id: UUID) -> None:
    """Enter that `actor` has read something of the tenant `owner_id`."""
    session.add(
        ReadAccess(
            tenant_id=actor.tenant_id,
            owner_id=owner_id,
            subject=subject,
            subject_id=subject_id,
            account_id=actor.subject,
            actor_label=actor.label,
            request_id=actor.request_id,
        )
    )
