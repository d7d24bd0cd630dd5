"""Many bookings at once: looking for the same receipts in the books, and writing them, a batch per statement."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kimhub.core.tables.reading import Work
from kimhub.spending.models import fingerprint_sql
from kimhub.spending.usecases.book_expenditure import BookExpenditure
from tenants import Actor

BATCH = 1_000
"""Rows of one statement."""

_FINGERPRINTS = text(
    f"SELECT {fingerprint_sql('booked_on')} FROM unnest("
    "cast(:receipt_number AS text[]), cast(:booked_on AS date[]), cast(:year AS integer[]), cast(:purpose AS text[]),"
    " cast(:teilplanzeile AS text[]), cast(:position_reference AS text[]), cast(:amount AS numeric[]))"
    " WITH ORDINALITY AS asked"
    " (receipt_number, booked_on, year, purpose, teilplanzeile, position_reference, amount, place) ORDER BY place"
)
LAST_BOOKED = text(
    "SELECT last.booked_on, last.generation, last.is_reversal"
    " FROM unnest(cast(:fingerprints AS bytea[])) WITH ORDINALITY AS sought (fingerprint, place)"
    " LEFT JOIN LATERAL ("
    "  SELECT e.booked_on, e.generation, e.is_reversal FROM expenditure AS e"
    "  WHERE e.tenant_id = :tenant AND e.fingerprint = sought.fingerprint"
    "  ORDER BY e.generation DESC, e.is_reversal DESC LIMIT 1"
    " ) AS last ON true ORDER BY sought.place"
)
"""One step in ``uq_expenditure_receipt`` per receipt; arguments: tenant, fingerprints.

The fingerprints come as plain values: computed in the same statement they would contain functions that are not
leakproof, and below row-level security PostgreSQL 15 to 17 use no index for those.
"""
_INSERT = text(
    "INSERT INTO expenditure (tenant_id, id, import_id, account_id, actor_label, receipt_number, booked_on, year,"
    " purpose, teilplanzeile, position_reference, amount, period_from, period_to, text, recipient, generation,"
    " import_row)"
    " SELECT :tenant, gen_random_uuid(), :import_id, :account, :label, new.* FROM unnest("
    "cast(:receipt_number AS text[]), cast(:booked_on AS date[]), cast(:year AS integer[]), cast(:purpose AS text[]),"
    " cast(:teilplanzeile AS text[]), cast(:position_reference AS text[]), cast(:amount AS numeric[]),"
    " cast(:period_from AS date[]), cast(:period_to AS date[]), cast(:text AS text[]), cast(:recipient AS text[]),"
    " cast(:generation AS smallint[]), cast(:import_row AS integer[])) AS new"
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


class SoundRow(NamedTuple):
    """A row of a file in which nothing is wrong: its number, what it says, how often that was booked before."""

    row: int
    booking: BookExpenditure
    generation: int


def look_up(session: Session, actor: Actor, batch: Sequence[BookExpenditure]) -> list[Known]:
    """Return what the books know of each booking, in the same order."""
    fingerprints = [bytes(found) for found in session.scalars(_FINGERPRINTS, _identities(batch))]
    rows = session.execute(LAST_BOOKED, {"tenant": actor.tenant_id, "fingerprints": fingerprints})
    return [
        Known(fingerprint, row[0], row[1], bool(row[2]))
        for fingerprint, row in zip(fingerprints, rows, strict=True)
    ]


class Books:
    """The books as a check of a file sees them: it looks, it writes nothing.

    Each look is a transaction of its own: between two of them the rows of the file are gone through, which takes as
    long as the file likes.
    """

    def __init__(self, work: Work, actor: Actor) -> None:
        self._work, self._actor = work, actor

    def known(self, batch: Sequence[BookExpenditure]) -> list[Known]:
        """Return what the books know of each booking, in the same order."""
        if not batch:
            return []
        with self._work.reading() as session, planned_each_time(session):
            return look_up(session, self._actor, batch)

    def take(self, batch: Sequence[SoundRow]) -> None:
        """Leave them alone."""


class BooksToWrite(Books):
    """The books of a file that is booked: what is sound is kept until all of it is, then written at once.

    So nobody who books the same receipt waits while the file is read.
    """

    def __init__(self, work: Work, actor: Actor, import_id: UUID) -> None:
        super().__init__(work, actor)
        self._import_id = import_id
        self._taken: list[bytes] = []
        """Batches as columns; pickled, 100,000 rows need 15 MB instead of 80."""
        self._rows = 0

    def take(self, batch: Sequence[SoundRow]) -> None:
        """Keep them."""
        bookings = [sound.booking for sound in batch]
        columns = {
            **_identities(bookings),
            **{name: [getattr(booking, name) for booking in bookings] for name in _FURTHER},
            "generation": [sound.generation for sound in batch],
            "import_row": [sound.row for sound in batch],
        }
        self._taken.append(pickle.dumps(columns))
        self._rows += len(batch)

    def write(self, session: Session, tell: Callable[[int, int], None]) -> None:
        """Enter all that was taken. Raises `IntegrityError` if one of the receipts was booked meanwhile."""
        common = {
            "tenant": self._actor.tenant_id,
            "import_id": self._import_id,
            "account": self._actor.subject,
            "label": self._actor.label,
        }
        for number, batch in enumerate(self._taken, 1):
            session.execute(_INSERT, {**common, **pickle.loads(batch)})  # noqa: S301 - our own, from memory
            tell(min(number * BATCH, self._rows), self._rows)


@contextmanager
def planned_each_time(session: Session) -> Iterator[None]:
    """Let PostgreSQL plan every statement inside for the tables as they are now.

    A plan that a connection has kept from the time when the books were small would read them whole for each receipt,
    and nothing tells it that they have grown before the next ``ANALYZE``.
    """
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    yield
    session.execute(text("SET LOCAL plan_cache_mode TO DEFAULT"))


def _identities(batch: Sequence[BookExpenditure]) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {
        name: [getattr(booking, name) for booking in batch] for name in _IDENTITY
    }
    for name in ("purpose", "teilplanzeile"):
        columns[name] = [str(value) for value in columns[name]]
    return {**columns, "year": [booking.haushaltsjahr for booking in batch]}
