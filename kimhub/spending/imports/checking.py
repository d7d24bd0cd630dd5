"""One pass over a file: read, hold against itself and the books, and hand on what is sound.

Dry run and booking are the same pass, so what the dry run promised is what the booking looks at again.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import structlog

from kimhub.core.formats import day, number
from kimhub.core.tables.reading import Rows
from kimhub.core.tables.values import SourceRow, UnreadableFileError, Value
from kimhub.programme.public import Baustein
from kimhub.spending.imports.books import BATCH, Known, SoundRow
from kimhub.spending.imports.findings import Finding, FindingCode, Findings
from kimhub.spending.imports.headings import NO_HEADINGS, SEARCHED_ROWS, Headings, headings_in
from kimhub.spending.imports.reading import RowReader
from kimhub.spending.usecases.book_expenditure import BookExpenditure

MAX_ROWS = 100_000
"""Bookings in one file."""
MOST_READ = MAX_ROWS + SEARCHED_ROWS + 1
"""Rows of a file that are read: with more, there are too many bookings."""
_BATCHES_BETWEEN_COLLECTIONS = 5

Tell = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

_log = structlog.get_logger("kimhub.spending")


class Books(Protocol):
    """What the pass needs of the books."""

    def known(self, batch: Sequence[BookExpenditure]) -> list[Known]:
        """Return what the books know of each booking, in the same order."""

    def take(self, batch: Sequence[SoundRow]) -> None:
        """Take rows in which nothing is wrong."""


@dataclass(slots=True)
class Outcome:
    """What a pass has found."""

    findings: Findings = field(default_factory=Findings)
    headings: Headings | None = None
    rows: int = 0
    amount: Decimal = Decimal(0)
    sums: dict[tuple[int, Baustein], tuple[int, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: (0, Decimal(0)))
    )
    """Count and euro per Haushaltsjahr and Baustein."""

    @property
    def is_sound(self) -> bool:
        """Tell whether all of it can be booked."""
        return self.findings.errors == 0 and self.rows > 0


def go_through(source: Rows, books: Books, tell: Tell) -> Outcome:
    """Check every row of the file; give `books` the bookings batch by batch as long as nothing is wrong."""
    outcome = Outcome()
    try:
        _Pass(source, books, tell, outcome).run()
    except UnreadableFileError as trouble:
        outcome.findings.add(Finding(FindingCode.UNREADABLE, trouble.message, trouble.cure, trouble.row))
    return outcome


class _Pass:
    def __init__(self, source: Rows, books: Books, tell: Tell, outcome: Outcome) -> None:
        self._source, self._books, self._tell, self._outcome = source, books, tell, outcome
        self._seen: dict[bytes, int] = {}
        """Fingerprint → the row in which it stood first."""
        self._batches = 0
        self._pending: list[Finding] = []
        """Found in the rows of this batch."""

    def run(self) -> None:
        outcome = self._outcome
        rows = enumerate(self._source.rows(), 1)
        outcome.headings = _find_headings(rows)
        if outcome.headings is None:
            outcome.findings.add(NO_HEADINGS)
            return
        outcome.findings.add(*outcome.headings.findings())
        if outcome.findings.errors:
            return
        reader = RowReader(outcome.headings)
        batch: list[tuple[int, BookExpenditure]] = []
        for done, (row, cells) in rows:
            if not any(cell is not None and cell != "" for cell in cells):
                continue
            outcome.rows += 1
            if outcome.rows > MAX_ROWS:
                outcome.findings.add(_TOO_MANY)
                break
            booking, found = _read(reader, row, cells)
            self._pending += found
            if booking is not None:
                batch.append((row, booking))
            if len(batch) >= BATCH or len(self._pending) >= BATCH:
                self._finish(batch, reader)
                batch = []
                self._tidy()
                self._tell(done, self._source.count)
        self._finish(batch, reader)
        if outcome.rows == 0:
            outcome.findings.add(_NO_ROWS)

    def _tidy(self) -> None:
        """Collect what the statements of the last batches have left in cycles.

        By itself the collector would look at it far too seldom in a process with so many long-lived objects.
        """
        self._batches += 1
        if self._batches % _BATCHES_BETWEEN_COLLECTIONS == 0:
            gc.collect()

    def _finish(self, batch: list[tuple[int, BookExpenditure]], reader: RowReader) -> None:
        """Hold a batch against the file and the books, and hand on what is sound."""
        outcome = self._outcome
        taken: list[SoundRow] = []
        for (row, booking), known in zip(batch, self._books.known([b for _, b in batch]), strict=True):
            first = self._seen.setdefault(known.fingerprint, row)
            if first != row:
                self._pending.append(reader.refused(row, FindingCode.TWICE_IN_FILE, _twice(first)))
            elif known.is_booked:
                self._pending.append(reader.refused(row, FindingCode.ALREADY_BOOKED, _booked(known)))
            else:
                taken.append(SoundRow(row, booking, known.next_generation))
            key = (booking.haushaltsjahr, booking.purpose.baustein)
            count, amount = outcome.sums[key]
            outcome.sums[key] = (count + 1, amount + booking.amount)
            outcome.amount += booking.amount
        outcome.findings.add(*sorted(self._pending, key=lambda finding: finding.row or 0))
        self._pending = []
        if taken and outcome.findings.errors == 0:
            self._books.take(taken)


def _read(
    reader: RowReader, row: int, cells: Sequence[Value]
) -> tuple[BookExpenditure | None, list[Finding]]:
    """Read a row. What nobody has thought of is a finding at its row, since it would break each further try too."""
    try:
        return reader.read(row, cells)
    except Exception as error:  # noqa: BLE001 - see above
        _log.warning("row-broke-reader", error=type(error).__name__, row=row, exc_info=error)
        return None, [Finding(FindingCode.ROW_UNREADABLE, _ODD_ROW, _RETYPE, row)]


def _find_headings(rows: Iterator[tuple[int, SourceRow]]) -> Headings | None:
    for _, (row, cells) in rows:
        if row > SEARCHED_ROWS:
            return None
        found = headings_in(row, cells)
        if found is not None:
            return found
    return None


def _twice(first: int) -> str:
    return (
        f"Derselbe Beleg steht schon in Zeile {number(first)}, mit gleichem Tag, Betrag, Zweck und gleicher "
        "Teilplanzeile. Entfernen Sie eine der beiden Zeilen. Sind es zwei Teile eines Belegs, fassen Sie sie "
        "zusammen oder unterscheiden Sie sie in der Spalte „Stelle“."
    )


def _booked(known: Known) -> str:
    when = f" am {day(known.booked_on)}" if known.booked_on else ""
    return (
        f"Dieser Beleg ist schon gebucht{when}, mit gleichem Betrag, Zweck und gleicher Teilplanzeile. "
        "Entfernen Sie die Zeile. Ist die vorhandene Buchung falsch, stornieren Sie sie zuerst."
    )


_ODD_ROW = "In dieser Zeile steht etwas, das sich nicht lesen lässt."
_RETYPE = (
    "Tippen Sie die Werte der Zeile neu ein. Bleibt es dabei, wenden Sie sich an den Betrieb von KIMHub."
)
_TOO_MANY = Finding(
    FindingCode.TOO_MANY_ROWS,
    f"Die Datei hat mehr als {number(MAX_ROWS)} Buchungen.",
    "Teilen Sie sie auf, zum Beispiel nach Haushaltsjahren.",
)
_NO_ROWS = Finding(
    FindingCode.EMPTY,
    "Unter den Spaltennamen steht keine Buchung.",
    "Prüfen Sie, ob Sie die richtige Datei und das richtige Tabellenblatt ausgewählt haben.",
)
