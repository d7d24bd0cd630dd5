"""Mails on their way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from tenants import Base, Own, RoleAccess, TenantOwned
from tenants.isolation import GATE_ROLE, RELAY_ROLE

MAY_GO = "sent_at < now() - interval '7 days' OR created_at < now() - interval '90 days'"
"""When a mail is cleared away: a week after it was sent; one that could never be sent, after 90 days."""


class Mail(TenantOwned, Base):
    """A mail to one person. It holds an address and a text, so it is kept only as long as it is needed."""

    __tablename__ = "mail"
    __isolation__ = Own(
        # What somebody was told is recorded where it was decided; this row carries it there and is cleared away.
        audited=False,
        updatable=("sent_at",),
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
    )

    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    """Without greeting and footer, paragraphs separated by an empty line."""
    sent_at: Mapped[datetime | None]
