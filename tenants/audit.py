"""The audit trail: every change of every row, written by triggers, chained by hashes per tenant.

``app.audit_row`` runs at commit (deferred constraint triggers), so that the tenant's chain is locked for
moments only. It belongs to a role that nobody can sign in as; the application may read its own tenant's
events and write none.

A chain alone does not stop whoever owns the server: all of it can be computed anew. Therefore
``app.audit_seal`` gathers from time to time the ends of all chains that have grown (`AuditSeal`) into one
root (`AuditRoot`), and each root contains the root before it. A root that was written down elsewhere proves
everything before it. `kimhub.core.audit` checks chains, seals and roots.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.db import Base
from tenants.isolation import GATE_ROLE, Own, Reference, RoleAccess, Sealed


class AuditEvent(Base):
    """One change of one row: who, when, what it was and what it became."""

    __tablename__ = "audit_event"
    __isolation__ = Own(
        audited=False,
        insertable=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="the trigger appends to the last one",
                select=("tenant_id", "seq", "hash"),
                insert=(
                    "tenant_id", "seq", "at", "table_name", "row_id", "operation", "actor_id", "actor_label",
                    "request_id", "old", "new", "previous_hash", "hash",
                ),
            ),
        ),
    )  # fmt: skip
    __more_ddl__ = (
        # Fires after all events of the transaction are written, and moves the head once.
        (
            "CREATE CONSTRAINT TRIGGER audit_event_head AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION app.audit_head_follows()"
        ),
    )
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


class AuditRoot(Base):
    """One hash over the ends of all chains at one moment. It says nothing about anybody, so everyone may keep it."""

    __tablename__ = "audit_root"
    __isolation__ = Reference(
        reason="hashes and counts only, meant to be kept outside",
        operator_writes=False,
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="app.audit_seal appends",
                select=("seq", "at", "tenants", "previous_hash", "hash"),
                insert=("seq", "at", "tenants", "previous_hash", "hash"),
            ),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    tenants: Mapped[int]
    """How many chains had grown since the root before."""
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class AuditSeal(Base):
    """The end of one tenant's chain as a root contains it."""

    __tablename__ = "audit_seal"
    __isolation__ = Own(
        audited=False,
        insertable=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="app.audit_seal appends",
                select=("tenant_id", "root_seq", "seq"),
                insert=("tenant_id", "root_seq", "seq", "hash"),
            ),
        ),
    )
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "seq"], ["audit_event.tenant_id", "audit_event.seq"]),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    root_seq: Mapped[int] = mapped_column(BigInteger, ForeignKey("audit_root.seq"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
