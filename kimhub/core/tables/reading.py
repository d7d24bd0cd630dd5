"""A kept file is read to its end before anything is checked or written: outside of any transaction, once.

Its rows lie in a temporary file from then on. Whatever goes wrong while a file is read is a finding about the file,
with the row in which it happened: it would go wrong the same way each further time.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, BinaryIO, Protocol
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from kimhub.core.documents import content_stream, document_of
from kimhub.core.tables.csv_source import CsvSource
from kimhub.core.tables.values import Look, Source, SourceRow, UnreadableFileError
from kimhub.core.tables.xlsx_source import XlsxSource

ROWS_BETWEEN_SIGNS = 1_000

_log = structlog.get_logger("kimhub.tables")


class Work(Protocol):
    """What a job gives (`kimhub.core.jobs.handler.JobContext`)."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a transaction that writes nothing."""

    def completing(self) -> AbstractContextManager[Session]:
        """Return the transaction that completes the job."""

    def progress(self, stage: str, done: int | None = None, total: int | None = None) -> None:
        """Say what is being done, and how many rows of how many are."""


@dataclass(slots=True)
class Rows:
    """The rows of a table that was read; can be gone through any number of times."""

    look: Look | None
    """How the file is written, if it is CSV."""
    count: int
    _kept: IO[bytes]
    _trouble: UnreadableFileError | None

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows that hold anything; raises `UnreadableFileError` where reading ended."""
        self._kept.seek(0)
        for _ in range(self.count):
            yield pickle.load(self._kept)  # noqa: S301 - written below by this process, and nobody else reaches it
        if self._trouble is not None:
            raise self._trouble


@contextmanager
def table_of(work: Work, document_id: UUID, *, most_rows: int) -> Iterator[Rows]:
    """Yield the table in a kept file, as far as it can be read; no transaction is open meanwhile.

    Beyond `most_rows` rows nothing more is read: whoever asks has to refuse more than it can use. Raises
    `NotFoundError`.
    """
    with ExitStack() as stack:
        with work.reading() as session:
            document = document_of(session, document_id)
            stream = stack.enter_context(content_stream(session, document))
        kept = stack.enter_context(TemporaryFile())
        yield _read(stream, document.media_type, kept, most_rows, work)


def _read(stream: BinaryIO, media_type: str, kept: IO[bytes], most_rows: int, work: Work) -> Rows:
    reading = _Reading(lambda: CsvSource(stream) if media_type == "text/csv" else XlsxSource(stream))
    count = 0
    work.progress("Datei lesen")
    for row in reading.rows():
        pickle.dump(row, kept, protocol=pickle.HIGHEST_PROTOCOL)
        count += 1
        if count >= most_rows:
            break
        if count % ROWS_BETWEEN_SIGNS == 0:
            work.progress("Datei lesen", *_counted(row[0], reading.expected))
    return Rows(reading.look, count, kept, reading.trouble)


class _Reading:
    """Goes through a source and keeps what went wrong, instead of raising it."""

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open = open_source
        self.look: Look | None = None
        self.expected: int | None = None
        self.trouble: UnreadableFileError | None = None

    def rows(self) -> Iterator[SourceRow]:
        """Yield the rows that hold anything."""
        number = 0
        try:
            source = self._open()
            self.look = source.look
            for number, cells in source.rows():
                self.expected = source.expected_rows
                if any(cell is not None for cell in cells):
                    yield number, cells
        except UnreadableFileError as trouble:
            self.trouble = trouble
        except MemoryError:
            self.trouble = UnreadableFileError(_TOO_MUCH, _SMALLER, number or None)
        except OSError:  # no room for temporary files: not the file's doing
            raise
        except Exception as error:  # noqa: BLE001 - a file that breaks the reader breaks it each time
            _log.warning("file-broke-reader", error=type(error).__name__, row=number, exc_info=error)
            self.trouble = UnreadableFileError(_UNEXPECTED, _ANEW, number or None)


def _counted(done: int, total: int | None) -> tuple[int | None, int | None]:
    """Return progress that never says more than all."""
    return (None, None) if total is None else (min(done, total), total)


_TOO_MUCH = "Die Datei braucht beim Lesen mehr Speicher, als eine Datei haben darf."
_SMALLER = "Teilen Sie sie auf mehrere Dateien auf, oder speichern Sie das Tabellenblatt als CSV."
_UNEXPECTED = "Ab hier lässt sich die Datei nicht lesen."
_ANEW = (
    "Öffnen Sie sie in Excel und speichern Sie sie neu als Excel-Arbeitsmappe (.xlsx) oder als CSV. Bleibt es dabei, "
    "wenden Sie sich an den Betrieb von KIMHub."
)
