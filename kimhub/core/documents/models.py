"""A file and its bytes, in two tables: lists read names, only a download reads bytes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column

from kimhub.core.documents.kinds import MEDIA_TYPES
from kimhub.core.documents.limits import MAX_NAME_LENGTH
from tenants import Base, SharedWith, TenantOwned, Within
from tenants.models import one_of


class Document(TenantOwned, Base):
    """What is known about an uploaded file. Neither it nor its bytes ever change.

    It may be shared with one other tenant, once and for all; until then it may be discarded.
    """

    __tablename__ = "document"
    __isolation__ = SharedWith(
        updatable=("counterpart_id", "released_at"),
        updatable_while="released_at IS NULL",
        deletable="released_at IS NULL",
    )
    __table_args__ = (
        CheckConstraint(one_of("media_type", MEDIA_TYPES), name="media_type"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {MAX_NAME_LENGTH}", name="name"),
        CheckConstraint("counterpart_id <> tenant_id", name="two_sides"),
        CheckConstraint("(released_at IS NULL) = (counterpart_id IS NULL)", name="released_to_somebody"),
        UniqueConstraint("tenant_id", "id", "size", "sha256", name="uq_document_content"),
        Index("ix_document_quota", "tenant_id", postgresql_include=("size",)),
    )

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    counterpart_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    released_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN counterpart_id END", persisted=True)
    )


class DocumentContent(Base):
    """The bytes of a document, read by whoever sees the document.

    Size and hash are computed by the database from the bytes, and the foreign key lets them stand only beside a
    document that names the same: what the file list, the audit and a report say about a file is true of it.
    """

    __tablename__ = "document_content"
    __isolation__ = Within(parent="document", via="document_id", audit_hidden=("content",))
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "document_id", "size", "sha256"],
            ["document.tenant_id", "document.id", "document.size", "document.sha256"],
            name="fk_document_content_document",
            ondelete="CASCADE",
        ),
    )
    __more_ddl__ = (
        # Files are compressed already; uncompressed columns cost the server no second attempt.
        "ALTER TABLE document_content ALTER COLUMN content SET STORAGE EXTERNAL",
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    size: Mapped[int] = mapped_column(Computed("octet_length(content)", persisted=True))
    sha256: Mapped[bytes] = mapped_column(LargeBinary, Computed("sha256(content)", persisted=True))
