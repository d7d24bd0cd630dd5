"""Mails on their way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from tenants import Base, Own, RoleAccess, Sealed, TenantOwned
from tenants.isolation import GATE_ROLE, RELAY_ROLE

MAY_GO = "sent_at < now() - interval '7 days' OR created_at < now() - interval '90 days'"
"""When a mail is cleared away: a week after it was sent; one that could never be sent, after 90 days."""


class Mail(TenantOwned, Base):
    """A mail to one person. It holds an address and a text, so it is kept only as long as it is needed."""

    __tablename__ = "mail"
    __isolation__ = Own(
        # What somebody was told is recorded where it was decided; this row carries it there and is cleared away.
        audited=False,
        updatable=("sent_at", "refused_at"),
        others=(
            RoleAccess(
                role=RELAY_ROLE,
                reason="clears old mails away, unread",
                select=("sent_at", "created_at"),
                delete=True,
                condition=MAY_GO,
            ),
            RoleAccess(
                role=GATE_ROLE,
                reason="writes to who forgot the password, in the name of a tenant of theirs",
                insert=("tenant_id", "id", "recipient", "subject", "text"),
            ),
        ),
    )
    __table_args__ = (
        Index(
            "ix_mail_created_at", "created_at", info={"crosses_tenants": "the relay clears old mails away"}
        ),
        Index("ix_mail_refused", "tenant_id", "recipient", postgresql_where=sql("refused_at IS NOT NULL")),
    )

    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    """Without greeting and footer, paragraphs separated by an empty line."""
    thread_id: Mapped[UUID | None]
    """What it is about, the same for all mails of one file: programs for mail show them together."""
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """When the mail server refused the address for good."""


class MailRelease(Base):
    """The database from which mails may leave; one row at most, written when the first relay looks.

    A restored backup holds mails that were sent since, and work that writes such mails anew. So a database that is not
    this one sends nothing until the operator has looked (`kimhub.core.mail.holding`).
    """

    __tablename__ = "mail_release"
    __isolation__ = Sealed(
        reason="the platform's own, nobody's data",
        audited=False,
        others=(
            RoleAccess(
                role=RELAY_ROLE,
                reason="lets no mail go from a restored database; the operator releases them",
                select=("one", "place", "released_at"),
                insert=("one", "place"),
                update=("place", "released_at"),
            ),
        ),
    )
    __table_args__ = (CheckConstraint("one", name="one"),)

    one: Mapped[bool] = mapped_column(primary_key=True, server_default=sql("true"))
    place: Mapped[str]
    """Names the database; empty: no mail may leave."""
    released_at: Mapped[datetime] = mapped_column(server_default=func.now())
