"""What may be uploaded, and what a person is told who uploads something else."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from kimhub.core.documents import Document, DocumentRefusedError, UploadedFile, store_document
from kimhub.core.documents.kinds import SPREADSHEETS
from kimhub.core.documents.limits import MEGABYTE
from kimhub.core.formats import number
from tenants import Actor

MAX_TABLE_SIZE = 18 * MEGABYTE
"""Bytes: 100,000 rows as CSV have 12 to 15 megabytes."""
ENDINGS = tuple(ending for kind in SPREADSHEETS for ending in kind.endings)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Old Office files, and new ones with a password, which are wrapped in such a container ([MS-OFFCRYPTO])."""
_PROTECTED = (
    "Die Arbeitsmappe ist mit einem Kennwort geschützt. Entfernen Sie das Kennwort in Excel unter „Datei, "
    "Informationen, Arbeitsmappe schützen“ und laden Sie sie noch einmal hoch."
)
_OLD_EXCEL = (
    "Das ist das alte Excel-Format (.xls). Öffnen Sie die Datei in Excel und speichern Sie sie als "
    "Excel-Arbeitsmappe (.xlsx)."
)
_OPEN_DOCUMENT = (
    "Das ist eine OpenDocument-Tabelle (.ods). Speichern Sie sie in LibreOffice als Excel-Arbeitsmappe (.xlsx) oder "
    "als CSV."
)
_PDF = (
    "Das ist ein PDF. Einlesen lassen sich nur Tabellen: Exportieren Sie die Buchungen aus Ihrem Finanzverfahren als "
    "Excel-Arbeitsmappe (.xlsx) oder als CSV."
)
_PACKED = (
    "Die Datei heißt CSV, ist aber gepackt. Ist es eine Excel-Arbeitsmappe, geben Sie ihr die Endung .xlsx."
)


def _something_else(ending: str, content: bytes) -> str | None:
    """Return what a file is that people take for a table, and what to do; None if it may be one."""
    start = content[:100]
    cases = (
        (ending == ".xlsx" and start.startswith(_OLE), _PROTECTED),
        (ending == ".xls" or start.startswith(_OLE), _OLD_EXCEL),
        (ending == ".ods" or b"opendocument.spreadsheet" in start, _OPEN_DOCUMENT),
        (ending == ".pdf" or start.startswith(b"%PDF-"), _PDF),
        (ending in {".csv", ".txt"} and start.startswith(b"PK\x03\x04"), _PACKED),
    )
    return next((sentence for is_it, sentence in cases if is_it), None)


def keep_table(
    session: Session, actor: Actor, file: UploadedFile, *, limit: int = MAX_TABLE_SIZE
) -> Document:
    """Keep a file that a job is to read; `limit` is in bytes.

    Raises `DocumentRefusedError` that says what it is instead and what to do.
    """
    ending = PurePosixPath(file.name.lower()).suffix
    if sentence := _something_else(ending, file.content):
        raise DocumentRefusedError(sentence)
    if len(file.content) > limit:
        raise DocumentRefusedError(
            f"Die Datei ist größer als {number(limit // MEGABYTE)} MB. Entfernen Sie Blätter und Spalten, die nicht "
            "gebraucht werden, oder teilen Sie sie auf mehrere Dateien auf."
        )
    return store_document(session, actor, file, kinds=SPREADSHEETS, limit=limit)
