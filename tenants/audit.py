"""The audit trail: every change of every row, written by triggers, chained by hashes per tenant.

``app.audit_row`` runs at commit (deferred constraint triggers), so that the tenant's chain is locked for
moments only. It belongs to a role that nobody can sign in as; the application may read its own tenant's
events and write none. `kimhub.core.audit` proves the chain.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.isolation import GATE_ROLE, Own, RoleAccess, Sealed


class AuditEvent(Base):
    """One change of one row: who, when, what it was and what it became."""

    __tablename__ = "audit_event"
    __isolation__ = Own(
        audited=False,
        insertable=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="the trigger appends",
                insert=(
                    "tenant_id", "seq", "at", "table_name", "row_id", "operation", "actor_id", "actor_label",
                    "request_id", "old", "new", "previous_hash", "hash",
                ),
            ),
        ),
    )  # fmt: skip
    __table_args__ = (Index("ix_audit_event_row", "tenant_id", "table_name", "row_id", "seq"),)

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    table_name: Mapped[str]
    row_id: Mapped[str]
    operation: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    request_id: Mapped[str]
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The end of each tenant's chain; locked by whoever appends."""

    __tablename__ = "audit_head"
    __isolation__ = Sealed(
        reason="only the trigger moves it",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="the trigger appends",
                select=("tenant_id", "seq", "hash"),
                insert=("tenant_id", "seq", "hash"),
                update=("seq", "hash"),
            ),
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
