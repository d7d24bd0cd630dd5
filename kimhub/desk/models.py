"""The table of what was put off: lines of Heute that a body wants to see again on another day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.errors import ConflictError, constraint_error
from tenants import Base, Own, TenantOwned

MAX_REASON = 200
NO_SUBJECT = UUID(int=0)
"""Stands for the body itself, where a line is about no single thing."""


class Deferral(TenantOwned, Base):
    """That a line of Heute is put off until a day, for everybody in the body who sees it.

    The line is named by its source, its kind (the state in which it waits) and its subject: what has gone on to another
    state is another line, and waits no longer. It never changes; another day is another row, and ends this one.
    """

    __tablename__ = "deferral"
    __isolation__ = Own(updatable=("ended_at", "ended_by"))
    __table_args__ = (
        CheckConstraint("source <> '' AND kind <> ''", name="line"),
        CheckConstraint(f"length(reason) <= {MAX_REASON}", name="reason"),
        CheckConstraint("ended_at IS NOT NULL OR ended_by = ''", name="ended"),
        Index(
            "uq_deferral_line", "tenant_id", "source", "kind", "subject_id",
            unique=True, postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_deferral_day", "tenant_id", "until", "id"),
    )  # fmt: skip

    source: Mapped[str]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    until: Mapped[date]
    """On that day the line is back."""
    reason: Mapped[str] = mapped_column(server_default="")
    actor_label: Mapped[str]
    """The role of whoever put it off."""
    ended_at: Mapped[datetime | None]
    """When it was taken back, or followed by another one."""
    ended_by: Mapped[str] = mapped_column(server_default="")


class AlreadyPutOffError(ConflictError):
    """Somebody has put the line off meanwhile."""

    code = "already-put-off"
    title = "Das ist schon zurückgestellt"


class DeferralEndedError(ConflictError):
    """It was taken back or followed by another one."""

    code = "deferral-ended"
    title = "Das ist nicht mehr zurückgestellt"


constraint_error(
    "uq_deferral_line",
    AlreadyPutOffError,
    "Jemand hat es inzwischen zurückgestellt. Sie finden es auf „Heute“.",
)
