"""What a tenant has received, and whom of its people it told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.events.models import Event
from kimhub.inbox.rhythm import Rhythm
from kimhub.offices.public import OFFICE_ROLES
from tenants import Base, Own, Role, RoleAccess, TenantOwned
from tenants.isolation import GATE_ROLE, ROWS_PLANNED_FOR
from tenants.models import one_of

ASKED = "asked"
"""The reason of whoever asked for the work."""
DEPUTY = "deputy"
"""The reason of whoever stands in for somebody who is responsible; every other reason is a role."""


class Receipt(TenantOwned, Base):
    """That a tenant has received an event; its id is the event's, so that none is received twice.

    `people` counts those who were responsible when it was received. None: nobody was told, which the administration
    sees as a thing to do, and who takes up a role is told of it with the next event that comes.
    """

    __tablename__ = "receipt"
    __isolation__ = Own(
        # That something was received decides nothing; the event says what was done, and its work is audited.
        audited=False,
        updatable=("people", "taken_at"),
    )
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        ForeignKeyConstraint(
            ["id", "tenant_id"],
            [Event.id, Event.shared_with],
            name="fk_receipt_event",
            info={"crosses_tenants": "the event is its author's; only whom it concerns receives it"},
        ),
        Index("ix_receipt_list", "tenant_id", "created_at", "id"),
        Index("ix_receipt_nobody", "tenant_id", "created_at", "id", postgresql_where=text("people = 0")),
    )

    people: Mapped[int] = mapped_column(server_default="0")
    taken_at: Mapped[datetime | None]
    """When a machine of the tenant said that it has taken the event over. What people have read is theirs."""


class Delivery(Base):
    """A line in one person's inbox. The key lets a person be told of an event once, whatever dies meanwhile."""

    __tablename__ = "delivery"
    __isolation__ = Own(
        # Whether somebody has read a line is nobody's business but their own.
        audited=False,
        updatable=("read_at", "mail_id", "mail_due_at"),
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="how many lines are unread stands on every page, and is asked with the session",
                select=("tenant_id", "account_id", "unread"),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(one_of("reason", (ASKED, DEPUTY, *Role)), name="reason"),
        ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["receipt.tenant_id", "receipt.id"], name="fk_delivery_receipt"
        ),
        CheckConstraint(f"(reason = '{DEPUTY}') = (deputation_id IS NOT NULL)", name="deputation"),
        ForeignKeyConstraint(
            ["tenant_id", "deputation_id"],
            ["deputation.tenant_id", "deputation.id"],
            name="fk_delivery_deputation",
        ),
        Index("ix_delivery_inbox", "tenant_id", "account_id", "unread", "created_at", "event_id"),
        Index(
            "ix_delivery_mail_due", "tenant_id", "account_id", "mail_due_at",
            postgresql_where=text("mail_due_at IS NOT NULL"),
        ),
    )  # fmt: skip
    __more_ddl__ = (
        # A plan that is kept shall expect of a person what it expects of a tenant, a thousand lines (ADR 34), although
        # both are named. Otherwise it fetches and sorts all 20,000 that somebody has, to show a page.
        f"ALTER TABLE delivery ALTER COLUMN account_id SET (n_distinct = {-1 / ROWS_PLANNED_FOR})",
        "CREATE STATISTICS delivery_person (dependencies) ON tenant_id, account_id FROM delivery",
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str]
    """Why this person: the role, `ASKED` or `DEPUTY`."""
    deputation_id: Mapped[UUID | None]
    """For whom and until when, if it is `DEPUTY`."""
    mail_id: Mapped[UUID | None]
    """The mail that told of it, which is cleared away in time; none where the event was old news already."""
    mail_due_at: Mapped[datetime | None]
    """When a mail is written that gathers this line with others; none once it is, and where none shall."""
    read_at: Mapped[datetime | None]
    unread: Mapped[bool] = mapped_column(Computed("read_at IS NULL", persisted=True))


class OfficeNotice(Base):
    """That an event which nobody was responsible for went to the Funktionspostfach of an office, once.

    The key is the event: whoever is found later gets a line, and no second mail goes to the same house.
    """

    __tablename__ = "office_notice"
    __isolation__ = Own(
        # What was done is the event's, and who should have known of it stands on Heute of the administration.
        audited=False,
    )
    __table_args__ = (
        CheckConstraint(one_of("role", OFFICE_ROLES), name="role"),
        ForeignKeyConstraint(
            ["tenant_id", "event_id"], ["receipt.tenant_id", "receipt.id"], name="fk_office_notice_receipt"
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    role: Mapped[str]
    """Whose office it was."""
    mail_id: Mapped[UUID]
    """The mail, until that is cleared away."""


class MailSetting(TenantOwned, Base):
    """How often a person wants mail of a tenant's events; without a row what is usual there (`usual_rhythm`).

    Audited: when somebody says later that nobody told them, it can be seen what they had chosen.
    """

    __tablename__ = "mail_setting"
    __isolation__ = Own(updatable=("rhythm",))
    __table_args__ = (
        CheckConstraint(one_of("rhythm", Rhythm), name="rhythm"),
        UniqueConstraint("tenant_id", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    rhythm: Mapped[str]
