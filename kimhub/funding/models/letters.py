"""On paper: letters that ask for a confirmation, and confirmations that came on paper."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents import Document
from kimhub.core.errors import ConflictError, constraint_error
from kimhub.funding.models.allocations import Allocation
from tenants import Base, Own, TenantOwned
from tenants.calls import may_call
from tenants.isolation import APP_ROLE


class LetterFile(TenantOwned, Base):
    """The letters of one click, all in one PDF.

    `frozen` is what they say, from the moment of the click; the job draws it later and changes nothing of it (ADR 10).
    """

    __tablename__ = "letter_file"
    __isolation__ = Own(
        # What they say is in the PDF, whose hash its document holds; the audit names that they were made.
        audit_hidden=("frozen",),
        updatable=("document_id",),
    )
    __table_args__ = (
        CheckConstraint("letters > 0", name="letters"),
        CheckConstraint("frozen <> ''", name="frozen"),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"],
            [Document.tenant_id, Document.id],
            name="fk_letter_file_document",
        ),
        UniqueConstraint("tenant_id", "job_id"),
    )

    letters: Mapped[int]
    """How many there are, one per recipient."""
    frozen: Mapped[str] = mapped_column(deferred=True)
    """JSON of `kimhub.funding.letters.ReminderLetters`."""
    job_id: Mapped[UUID]
    """No foreign key: finished jobs are cleared away."""
    document_id: Mapped[UUID | None]
    """The PDF, once it is drawn."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class Letter(TenantOwned, Base):
    """That a letter asked for the confirmation of one version of an allocation; it may ask for several at once."""

    __tablename__ = "letter"
    __isolation__ = Own()
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        ForeignKeyConstraint(
            ["tenant_id", "letter_file_id"],
            [LetterFile.tenant_id, LetterFile.id],
            name="fk_letter_letter_file",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "allocation_id"], [Allocation.tenant_id, Allocation.id], name="fk_letter_allocation"
        ),
        UniqueConstraint("tenant_id", "letter_file_id", "allocation_id", name="uq_letter_once"),
        Index("ix_letter_allocation", "tenant_id", "allocation_id", "created_at"),
    )

    letter_file_id: Mapped[UUID]
    allocation_id: Mapped[UUID]
    number: Mapped[int]
    """Of the version."""


class PaperConfirmation(TenantOwned, Base):
    """That a recipient has confirmed a version on paper, as its giver says.

    It ends the giver's waiting and nothing else: what the recipient does in its own space is its own step.
    """

    __tablename__ = "paper_confirmation"
    __isolation__ = Own(deletable="true")
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        ForeignKeyConstraint(
            ["tenant_id", "allocation_id"],
            [Allocation.tenant_id, Allocation.id],
            name="fk_paper_confirmation_allocation",
        ),
        UniqueConstraint("tenant_id", "allocation_id", "number", name="uq_paper_confirmation_version"),
    )

    allocation_id: Mapped[UUID]
    number: Mapped[int]
    """Of the version."""
    confirmed_on: Mapped[date]
    """The date of the letter that confirms."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class ConfirmedOnPaperError(ConflictError):
    """The confirmation of this version is entered already."""

    code = "confirmed-on-paper"
    title = "Die Bestätigung ist schon eingetragen"


constraint_error(
    "uq_paper_confirmation_version",
    ConfirmedOnPaperError,
    "Für diese Fassung ist die Bestätigung schon eingetragen. Ist der Tag falsch, nehmen Sie den Eintrag zurück.",
)

may_call(
    APP_ROLE,
    "whom nobody can tell anything gets a letter: a giver asks it of its recipients, and learns yes or no",
    "app.recipients_with_people(text[])",
)
