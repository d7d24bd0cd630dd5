"""The tables of follow-ups: what is to be thought of on which day, and the days that it had before."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.errors import ConflictError
from tenants import Base, Own, Permission, Role, TenantOwned, permissions_of
from tenants.models import one_of

MAX_TITLE = 200
MAX_ABOUT = 200

FOLLOW_UP_ROLES = tuple(role for role in Role if Permission.FOLLOW_UP_WRITE in permissions_of([role]))
"""The roles for which there can be one: their work stands on Heute."""


class FollowUpKind(StrEnum):
    """What is to be thought of."""

    REMINDER = "reminder"
    """Put to a day: it comes up on that day, not before."""
    PROMISED = "promised"
    """Somebody else has promised it: one waits until that day, then one asks."""
    PROMISE = "promise"
    """One has promised it oneself: to do until that day."""

    @property
    def label(self) -> str:
        """Return the kind in German."""
        return {"reminder": "Wiedervorlage", "promised": "Zusage an uns", "promise": "Eigene Zusage"}[
            self.value
        ]


class FollowUp(TenantOwned, Base):
    """What a body has to think of until a day, for all who hold a role or for one person alone.

    It is ended, not deleted: what, when and by which role stay readable, and it can be taken up again.
    """

    __tablename__ = "follow_up"
    __isolation__ = Own(updatable=("kind", "title", "about", "due_on", "ended_at", "ended_by"))
    __table_args__ = (
        CheckConstraint(one_of("kind", FollowUpKind), name="kind"),
        CheckConstraint(one_of("role", FOLLOW_UP_ROLES), name="role"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint(f"length(about) <= {MAX_ABOUT}", name="about"),
        CheckConstraint("(role IS NULL) <> (account_id IS NULL)", name="whose"),
        CheckConstraint("ended_at IS NOT NULL OR ended_by = ''", name="ended"),
        Index("ix_follow_up_day", "tenant_id", "due_on", "id"),
        Index("ix_follow_up_open", "tenant_id", "due_on", "id", postgresql_where=sql("ended_at IS NULL")),
    )

    kind: Mapped[str]
    title: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="")
    """Whom it concerns, e.g. „Stadt Bornheim, telefonisch zugesagt“."""
    due_on: Mapped[date]
    role: Mapped[str | None]
    """For all who hold it; None where it is one person's own."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    actor_label: Mapped[str]
    """The role of whoever wrote it."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(server_default="")
    """The role of whoever said that it is done."""


class FollowUpDay(TenantOwned, Base):
    """A day that a follow-up had until it was put to another; ``created_at`` is when that was."""

    __tablename__ = "follow_up_day"
    __isolation__ = Own()
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "follow_up_id"],
            ["follow_up.tenant_id", "follow_up.id"],
            name="fk_follow_up_day_follow_up",
        ),
        Index("ix_follow_up_day_of", "tenant_id", "follow_up_id", "created_at", "id"),
    )

    follow_up_id: Mapped[UUID]
    due_on: Mapped[date]
    actor_label: Mapped[str]
    """The role of whoever put it to another day."""


class FollowUpEndedError(ConflictError):
    """What is done is taken up again before it changes."""

    code = "follow-up-ended"
    title = "Der Eintrag ist schon erledigt"
