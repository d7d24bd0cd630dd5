"""One row, many readers: each reader has a row of its own that the owner writes (docs/adr/0044).

A table that declares `SharedWithMany` has a second one that mixes in `Recipients`. Its rows say who reads the first,
since when, and why no longer; they are proof of what was told, the anchor of what readers answer, and what is counted.
A recipient reads its own row and, through it, what is shared; it never learns who else received it.

Nothing is shared before it is released, and what was released stays so: the foreign key carries the moment. A row that
was withdrawn is never revived.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import (
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    func,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from tenants.isolation import Isolation, SharedWith

MAX_REASON = 1000


class Recipients:
    """Mixin of the table that says who reads; the class adds the id of what is read, second in the primary key."""

    __isolation__: ClassVar[Isolation] = SharedWith(
        updatable=("withdrawn_at", "withdrawal"),
        updatable_while="withdrawn_at IS NULL",
        not_inserted=("withdrawn_at", "withdrawal"),
        withdrawable="what was not meant for a reader is taken from it; that and why it was there stays on record",
    )

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:  # noqa: N805 - declared_attr methods receive the class
        """Return the column that says whose row it is."""
        return mapped_column(Integer, ForeignKey("tenant.id"), primary_key=True, sort_order=-30)

    @declared_attr
    def recipient_id(cls) -> Mapped[int]:  # noqa: N805 - as above
        """Return the column that says who reads; the owner itself where its own people are told, too."""
        return mapped_column(Integer, ForeignKey("tenant.id"), primary_key=True, sort_order=-10)

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When this reader was added: with the release, or later by a rule."""
    released_at: Mapped[datetime]
    """That of what is read; a reader's list is ordered by it."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    withdrawal: Mapped[str] = mapped_column(server_default="")
    """Why it was taken from this reader."""
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN withdrawn_at IS NULL THEN recipient_id END", persisted=True)
    )


def recipients_of(
    parent: str, via: str, *, name: str, copied: tuple[str, ...] = ()
) -> tuple[SchemaItem, ...]:
    """Return keys, checks and the reader's index for the recipients table `name` of `parent`, which `via` names.

    `parent` has a unique key over tenant, id, the moment of release, and what is `copied` from it because readers'
    lists ask for it.
    """
    held = ("released_at", *copied)
    return (
        ForeignKeyConstraint(
            ["tenant_id", via, *held],
            [f"{parent}.{column}" for column in ("tenant_id", "id", *held)],
            name=f"fk_{name}_released",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawal = '')", name="withdrawal"),
        CheckConstraint(f"length(withdrawal) <= {MAX_REASON}", name="withdrawal_length"),
        Index(f"ix_{name}_received", "shared_with", "released_at", via, postgresql_include=["tenant_id"]),
    )
