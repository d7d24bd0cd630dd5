"""Many bookings at once: looking for the same receipts in the books, and writing them, a batch per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kimhub.spending.models import fingerprint_sql
from kimhub.spending.usecases.book_expenditure import BookExpenditure
from tenants import Actor

BATCH = 1_000
"""Rows of one statement."""

_SAME = text(
    "WITH asked AS (SELECT * FROM unnest(cast(:receipt_number AS text[]), cast(:booked_on AS date[]),"
    " cast(:year AS integer[]), cast(:purpose AS text[]), cast(:teilplanzeile AS text[]),"
    " cast(:position_reference AS text[]), cast(:amount AS numeric[])) WITH ORDINALITY AS asked"
    " (receipt_number, booked_on, year, purpose, teilplanzeile, position_reference, amount, place)),"
    f" sought AS (SELECT place, {fingerprint_sql('booked_on')} AS fingerprint FROM asked)"
    " SELECT sought.fingerprint, last.booked_on, last.generation, last.is_reversal"
    " FROM sought LEFT JOIN LATERAL ("
    "  SELECT e.booked_on, e.generation, e.is_reversal FROM expenditure AS e"
    "  WHERE e.tenant_id = :tenant AND e.fingerprint = sought.fingerprint"
    "  ORDER BY e.generation DESC, e.is_reversal DESC LIMIT 1"
    " ) AS last ON true ORDER BY sought.place"
)
_INSERT = text(
    "INSERT INTO expenditure (tenant_id, id, import_id, account_id, actor_label, receipt_number, booked_on, year,"
    " purpose, teilplanzeile, position_reference, amount, period_from, period_to, text, recipient, generation)"
    " SELECT :tenant, gen_random_uuid(), :import_id, :account, :label, new.* FROM unnest("
    "cast(:receipt_number AS text[]), cast(:booked_on AS date[]), cast(:year AS integer[]), cast(:purpose AS text[]),"
    " cast(:teilplanzeile AS text[]), cast(:position_reference AS text[]), cast(:amount AS numeric[]),"
    " cast(:period_from AS date[]), cast(:period_to AS date[]), cast(:text AS text[]), cast(:recipient AS text[]),"
    " cast(:generation AS smallint[])) AS new"
)
_IDENTITY = ("receipt_number", "booked_on", "purpose", "teilplanzeile", "position_reference", "amount")
_FURTHER = ("period_from", "period_to", "text", "recipient")


@dataclass(frozen=True, slots=True)
class Known:
    """What the books know of a receipt: its fingerprint, and the last booking of it, if any."""

    fingerprint: bytes
    booked_on: date | None
    generation: int | None
    is_reversed: bool

    @property
    def is_booked(self) -> bool:
        """Tell whether it stands in the books and counts."""
        return self.generation is not None and not self.is_reversed

    @property
    def next_generation(self) -> int:
        """Return the generation of a booking that may follow."""
        return 0 if self.generation is None else self.generation + 1


def known_receipts(session: Session, actor: Actor, batch: Sequence[BookExpenditure]) -> list[Known]:
    """Return what the books know of each booking, in the same order."""
    rows = session.execute(_SAME, {"tenant": actor.tenant_id, **_identities(batch)})
    return [Known(bytes(row[0]), row[1], row[2], bool(row[3])) for row in rows]


def write_bookings(
    session: Session,
    actor: Actor,
    import_id: UUID,
    batch: Sequence[tuple[BookExpenditure, int]],
) -> None:
    """Write bookings with their generations."""
    bookings = [booking for booking, _ in batch]
    session.execute(
        _INSERT,
        {
            "tenant": actor.tenant_id,
            "import_id": import_id,
            "account": actor.subject,
            "label": actor.label,
            **_identities(bookings),
            **{name: [getattr(booking, name) for booking in bookings] for name in _FURTHER},
            "generation": [generation for _, generation in batch],
        },
    )


def _identities(batch: Sequence[BookExpenditure]) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {
        name: [getattr(booking, name) for booking in batch] for name in _IDENTITY
    }
    for name in ("purpose", "teilplanzeile"):
        columns[name] = [str(value) for value in columns[name]]
    return {**columns, "year": [booking.haushaltsjahr for booking in batch]}
