"""The books: expenditures and their reversals, append-only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.errors import constraint_error
from kimhub.programme.public import (
    COST_TEILPLANZEILEN,
    FIRST_YEAR,
    LAST_YEAR,
    Baustein,
    Cell,
    GrantPurpose,
    Teilplanzeile,
)
from kimhub.spending.errors import ReceiptBookedError
from tenants import Base, Batch, Own, TenantOwned
from tenants.models import one_of

MAX_RECEIPT = 60
"""Characters of a receipt number."""
MAX_REFERENCE = 60
"""Characters of the tenant's own reference to a position."""
MAX_RECIPIENT = 200
MAX_TEXT = 500
MAX_REASON = 500
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
MAX_AMOUNT = Decimal("999999999.99")
"""Euro of one booking."""

ALREADY_BOOKED = (
    "Dieser Beleg ist mit gleichem Tag, Betrag, Zweck und gleicher Teilplanzeile schon gebucht. "
    "Prüfen Sie die Belegnummer. Ist die vorhandene Buchung falsch, stornieren Sie sie zuerst."
)


def fingerprint_sql(day: str) -> str:
    """Return the SQL expression for „the same receipt“; `day` is the expression for the booking date that counts.

    The same are receipt number (whether in capitals or not), booking date, Haushaltsjahr, purpose, Teilplanzeile,
    reference and amount. One receipt may therefore be divided among purposes or positions, but no part is booked twice.
    The parts are separated by a character that no text may hold; doubled backslashes make the cast to bytes exact.
    """
    parts = (
        "lower(receipt_number)", f"({day} - DATE '2000-01-01')::text", "year::text", "purpose", "teilplanzeile",
        "lower(position_reference)", "abs(amount)::numeric(14, 2)::text",
    )  # fmt: skip
    joined = " || chr(31) || ".join(parts)
    return rf"substr(sha256(replace({joined}, '\', '\\')::bytea), 1, 16)"


_BAUSTEIN = (
    "CASE purpose "
    + " ".join(f"WHEN '{purpose}' THEN {purpose.baustein:d}" for purpose in GrantPurpose)
    + " END"
)

STAFF_OF_POSITIONS = (
    one_of("purpose", tuple(purpose.value for purpose in GrantPurpose if purpose.is_staff))
    + " AND position_reference <> ''"
)
"""Staff costs that name their position; in these words, so that the planner takes ``ix_expenditure_staff``."""


class Expenditure(TenantOwned, Base):
    """A booking (Buchung) in euro, or the reversal (Storno) of one; neither ever changes.

    A reversal has the exact negative amount and the fingerprint of the booking that it names
    (``fk_expenditure_reversal``), so it counts in the same Haushaltsjahr, purpose and Teilplanzeile, and each booking
    has at most one. What was reversed may be booked again: `generation` counts how often, and the next one stands only
    behind the reversal of the one before (``fk_expenditure_booked_again``). So the database itself refuses a receipt
    that two people book at the same moment.

    Bookings of a file enter together with its booking or not at all (``fk_expenditure_import`` is checked at the
    commit), and are audited together (`tenants.batches`).
    """

    __tablename__ = "expenditure"
    __isolation__ = Own(
        batch=Batch(
            parent="expenditure_import",
            column="import_id",
            place="import_row",
            key="fk_expenditure_import",
            called="Einlesung",
        )
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER expenditure_batch_open AFTER INSERT ON expenditure REFERENCING NEW TABLE AS entered"
            " FOR EACH STATEMENT EXECUTE FUNCTION app.expenditure_batch_open()"
        ),
    )
    __table_args__ = (
        CheckConstraint(f"length(receipt_number) BETWEEN 1 AND {MAX_RECEIPT}", name="receipt_number"),
        CheckConstraint(f"length(position_reference) <= {MAX_REFERENCE}", name="position_reference"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint(f"booked_on BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'", name="booked_on"),
        CheckConstraint(
            "(period_from IS NULL) = (period_to IS NULL) AND period_from <= period_to", name="period"
        ),
        CheckConstraint(one_of("purpose", GrantPurpose), name="purpose"),
        CheckConstraint(one_of("teilplanzeile", tuple(COST_TEILPLANZEILEN)), name="teilplanzeile"),
        CheckConstraint("amount <> 0 AND (amount < 0) = (reverses_id IS NOT NULL)", name="amount"),
        CheckConstraint("(reverses_id IS NULL) = (reverses_booked_on IS NULL)", name="reversal"),
        CheckConstraint("generation >= 0", name="generation"),
        CheckConstraint("(import_id IS NULL) = (import_row IS NULL) AND import_row > 0", name="import_row"),
        CheckConstraint("import_id IS NULL OR (reverses_id IS NULL AND reason = '')", name="imported"),
        UniqueConstraint(
            "tenant_id", "fingerprint", "generation", "is_reversal", name="uq_expenditure_receipt"
        ),
        UniqueConstraint(
            "tenant_id", "id", "fingerprint", "generation", "amount", name="uq_expenditure_reversible"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "reverses_id", "fingerprint", "generation", "reversed_amount"],
            [f"expenditure.{name}" for name in ("tenant_id", "id", "fingerprint", "generation", "amount")],
            name="fk_expenditure_reversal",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "fingerprint", "generation_before", "reversed_before"],
            [f"expenditure.{name}" for name in ("tenant_id", "fingerprint", "generation", "is_reversal")],
            name="fk_expenditure_booked_again",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "import_id"],
            ["expenditure_import.tenant_id", "expenditure_import.booked_id"],
            name="fk_expenditure_import",
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(
            "uq_expenditure_import_row", "tenant_id", "import_id", "import_row", unique=True,
            postgresql_where=sql("import_id IS NOT NULL"),
        ),
        Index("ix_expenditure_year", "tenant_id", "year", "booked_on", "id"),
        Index("ix_expenditure_day", "tenant_id", "booked_on", "id"),
        Index(
            "ix_expenditure_sums", "tenant_id", "year", "baustein", "purpose", "teilplanzeile",
            postgresql_include=("amount", "booked_on"),
        ),
        Index(
            "ix_expenditure_staff", "tenant_id", "year", "position_reference", "purpose",
            postgresql_include=("amount", "booked_on", "period_from", "period_to"),
            postgresql_where=sql(STAFF_OF_POSITIONS),
        ),
        Index(
            "ix_expenditure_reversal", "tenant_id", "reverses_id",
            postgresql_where=sql("reverses_id IS NOT NULL"),
        ),
    )  # fmt: skip

    receipt_number: Mapped[str]
    """As it stands on the receipt (Belegnummer)."""
    booked_on: Mapped[date]
    year: Mapped[int]
    """The Haushaltsjahr that bears the cost; near the turn of the year not always that of the booking date."""
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    """When what was paid for was delivered (Leistungszeitraum), both days included."""
    amount: Mapped[Decimal]
    teilplanzeile: Mapped[str]
    purpose: Mapped[str]
    baustein: Mapped[int] = mapped_column(Computed(_BAUSTEIN, persisted=True))
    position_reference: Mapped[str] = mapped_column(server_default="")
    """The tenant's own name for the position (Stelle) or cost centre, e.g. ``E13-01``."""
    text: Mapped[str] = mapped_column(server_default="")
    recipient: Mapped[str] = mapped_column(server_default="")
    """Who was paid; free text."""
    import_id: Mapped[UUID | None]
    """The file it came with; None for one that a person entered."""
    import_row: Mapped[int | None]
    """Its row in that file, as a spreadsheet counts."""
    generation: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    reverses_id: Mapped[UUID | None]
    reverses_booked_on: Mapped[date | None]
    """The booking date of what is reversed; part of the fingerprint."""
    reason: Mapped[str] = mapped_column(server_default="")
    """Why it was reversed."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(
        LargeBinary, Computed(fingerprint_sql("coalesce(reverses_booked_on, booked_on)"), persisted=True)
    )
    is_reversal: Mapped[bool] = mapped_column(Boolean, Computed("reverses_id IS NOT NULL", persisted=True))
    reversed_amount: Mapped[Decimal | None] = mapped_column(
        Computed("CASE WHEN reverses_id IS NOT NULL THEN -amount END", persisted=True)
    )
    generation_before: Mapped[int | None] = mapped_column(
        SmallInteger,
        Computed("CASE WHEN reverses_id IS NULL AND generation > 0 THEN generation - 1 END", persisted=True),
    )
    reversed_before: Mapped[bool | None] = mapped_column(
        Computed("CASE WHEN reverses_id IS NULL AND generation > 0 THEN true END", persisted=True)
    )

    @property
    def cell(self) -> Cell:
        """Return the cell of the ledger that bears it."""
        return Cell.of(self.year, GrantPurpose(self.purpose))

    @property
    def line(self) -> Teilplanzeile:
        """Return the Teilplanzeile."""
        return Teilplanzeile(self.teilplanzeile)

    @property
    def part(self) -> Baustein:
        """Return the Baustein, which follows from the purpose."""
        return GrantPurpose(self.purpose).baustein


constraint_error("uq_expenditure_receipt", ReceiptBookedError, ALREADY_BOOKED)
