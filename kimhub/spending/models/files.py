"""Files with expenditures: uploaded, checked, confirmed by a person, booked all or not at all."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents.limits import MAX_NAME_LENGTH
from tenants import Base, Batched, Own, TenantOwned
from tenants.models import one_of


class ImportState(StrEnum):
    """How far a file is."""

    CHECKING = "checking"
    FAULTY = "faulty"
    READY = "ready"
    BOOKING = "booking"
    BOOKED = "booked"
    DISCARDED = "discarded"

    @property
    def label(self) -> str:
        """Return how people name the state."""
        return _STATES[self]


_STATES = {
    ImportState.CHECKING: "wird geprüft",
    ImportState.FAULTY: "fehlerhaft",
    ImportState.READY: "geprüft, nicht gebucht",
    ImportState.BOOKING: "wird gebucht",
    ImportState.BOOKED: "gebucht",
    ImportState.DISCARDED: "verworfen",
}

WORKING = (ImportState.CHECKING, ImportState.BOOKING)
FINAL = (ImportState.BOOKED, ImportState.DISCARDED)
SOUND = (ImportState.READY, ImportState.BOOKING, ImportState.BOOKED)
"""States that only a file without errors has."""


class Severity(StrEnum):
    """Whether a finding keeps the file from being booked."""

    ERROR = "error"
    HINT = "hint"


class ExpenditureImport(TenantOwned, Batched, Base):
    """A file that was uploaded, what its check has found, and what became of it.

    The file itself is kept as a document. Nothing of it is booked before a person has confirmed what the check shows,
    and then all of it or nothing: the database counts and adds up the bookings and compares them with `rows` and
    `amount` before it sets the digest (``app.expenditure_import_batch_digest``).
    """

    __tablename__ = "expenditure_import"
    __isolation__ = Own(
        updatable=(
            "state", "job_id", "annotated_id", "rows", "errors", "hints", "amount", "summary", "checked_at",
            "confirmed_at", "confirmed_by", "confirmed_label", "booked_at",
        ),
        updatable_while=f"NOT ({one_of('state', FINAL)})",
        not_inserted=("digest", "row_checks"),
    )  # fmt: skip
    __more_ddl__ = (
        (
            "CREATE TRIGGER expenditure_import_batch_digest BEFORE UPDATE ON expenditure_import FOR EACH ROW"
            f" WHEN (NEW.state = '{ImportState.BOOKED}' AND OLD.state <> '{ImportState.BOOKED}')"
            " EXECUTE FUNCTION app.expenditure_import_batch_digest()"
        ),
    )
    __table_args__ = (
        CheckConstraint(one_of("state", ImportState), name="state"),
        CheckConstraint(f"length(filename) BETWEEN 1 AND {MAX_NAME_LENGTH}", name="filename"),
        CheckConstraint("rows >= 0 AND errors >= 0 AND hints >= 0", name="counts"),
        CheckConstraint(
            f"NOT ({one_of('state', SOUND)}) OR (errors = 0 AND rows > 0 AND checked_at IS NOT NULL)",
            name="sound",
        ),
        CheckConstraint(f"(state = '{ImportState.BOOKED}') = (booked_at IS NOT NULL)", name="booked"),
        CheckConstraint("booked_at IS NULL OR confirmed_at IS NOT NULL", name="confirmed"),
        CheckConstraint(
            "(booked_at IS NULL) = (digest IS NULL) AND (digest IS NULL) = (row_checks IS NULL)", name="digest"
        ),
        UniqueConstraint("tenant_id", "booked_id", name="uq_expenditure_import_booked"),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"], ["document.tenant_id", "document.id"], name="fk_expenditure_import_document"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "annotated_id"],
            ["document.tenant_id", "document.id"],
            name="fk_expenditure_import_annotated",
        ),
        Index("ix_expenditure_import_own", "tenant_id", "created_at", "id"),
        Index("ix_expenditure_import_content", "tenant_id", "sha256"),
        Index("ix_expenditure_import_document", "tenant_id", "document_id"),
        Index(
            "ix_expenditure_import_annotated", "tenant_id", "annotated_id",
            postgresql_where=text("annotated_id IS NOT NULL"),
        ),
    )  # fmt: skip

    document_id: Mapped[UUID]
    filename: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(server_default=ImportState.CHECKING)
    job_id: Mapped[UUID | None]
    """The job that checks or books it. No foreign key: finished jobs are cleared away."""
    annotated_id: Mapped[UUID | None]
    """The copy of the file with a column of findings."""
    rows: Mapped[int] = mapped_column(server_default="0")
    """Lines with a booking, headings and empty lines not counted."""
    errors: Mapped[int] = mapped_column(server_default="0")
    hints: Mapped[int] = mapped_column(server_default="0")
    amount: Mapped[Decimal] = mapped_column(server_default="0")
    """Euro, of all lines that can be read."""
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB(), server_default=text("'{}'"))
    """``sums``: count and amount per year and Baustein; ``columns``, ``ignored``: headings as they were understood."""
    checked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[UUID | None]
    confirmed_label: Mapped[str] = mapped_column(server_default="")
    booked_at: Mapped[datetime | None]
    booked_id: Mapped[UUID | None] = mapped_column(
        Computed(f"CASE WHEN state = '{ImportState.BOOKED}' THEN id END", persisted=True)
    )
    """Its id once it is booked: what its bookings refer to, so that none of them stands without it."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class ImportFinding(Base):
    """What the check of a file has found in one place: where, what, and how to cure it."""

    __tablename__ = "import_finding"
    __isolation__ = Own(deletable="true", audited=False)
    __table_args__ = (
        CheckConstraint(one_of("severity", Severity), name="severity"),
        ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["expenditure_import.tenant_id", "expenditure_import.id"],
            name="fk_import_finding_import",
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The order in which they were found: that of the file."""
    severity: Mapped[str]
    code: Mapped[str]
    row_number: Mapped[int | None]
    """As the spreadsheet counts, from 1; None for the file as a whole."""
    heading: Mapped[str] = mapped_column(server_default="")
    """Heading of the column."""
    place: Mapped[int | None]
    """Its place in the file, from 0."""
    message: Mapped[str]
    cure: Mapped[str]
