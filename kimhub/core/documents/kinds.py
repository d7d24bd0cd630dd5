"""Which kinds of file are taken, and how their content proves what the name says.

The ending alone says nothing and the browser's media type even less: the bytes decide (BSI IT-Grundschutz
CON.8.A5, OWASP ASVS 5.0 §5.2). What is kept is only ever offered as a download of the kind found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import ClassVar

from kimhub.core.documents.archive import ArchiveError, require_office_document
from kimhub.core.errors import InvalidInputError

_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PDF_END_WITHIN = 2048
"""Readers look for ``%%EOF`` near the end; some producers pad the file after it."""


class DocumentRefusedError(InvalidInputError):
    """The file is of no kind that is taken, is damaged, too large, or there is no room for it."""

    code: ClassVar[str] = "document-refused"
    title: ClassVar[str] = "Die Datei kann nicht angenommen werden"


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of file: what people call it, its endings, its media type, and the check of its bytes."""

    label: str
    endings: tuple[str, ...]
    media_type: str
    check: Callable[[bytes], None]
    """Raises `ArchiveError` or `ValueError` with a German sentence if the bytes are something else."""


def _require_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_PDF_END_WITHIN:]:
        raise ValueError("Der Inhalt ist kein vollständiges PDF.")


def _require_png(content: bytes) -> None:
    if not content.startswith(_PNG):
        raise ValueError("Der Inhalt ist kein PNG-Bild.")


def _require_jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise ValueError("Der Inhalt ist kein JPEG-Bild.")


def _require_docx(content: bytes) -> None:
    require_office_document(content, part="word/document.xml", subtype="wordprocessingml.document")


def _require_xlsx(content: bytes) -> None:
    require_office_document(content, part="xl/workbook.xml", subtype="spreadsheetml.sheet")


def _require_text(content: bytes) -> None:
    found = None if content.startswith(_UTF16) else _NO_TEXT.search(content)
    if found is not None:
        line = content.count(b"\n", 0, found.start()) + 1
        raise ValueError(f"In Zeile {line} steht ein Zeichen, das in Text nicht vorkommt.")


_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NO_TEXT = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_OFFICE = "application/vnd.openxmlformats-officedocument."

KINDS: tuple[DocumentKind, ...] = (
    DocumentKind("PDF", (".pdf",), "application/pdf", _require_pdf),
    DocumentKind("PNG", (".png",), "image/png", _require_png),
    DocumentKind("JPEG", (".jpg", ".jpeg"), "image/jpeg", _require_jpeg),
    DocumentKind("DOCX", (".docx",), f"{_OFFICE}wordprocessingml.document", _require_docx),
    DocumentKind("XLSX", (".xlsx",), f"{_OFFICE}spreadsheetml.sheet", _require_xlsx),
)

SPREADSHEETS: tuple[DocumentKind, ...] = (
    KINDS[-1],
    DocumentKind("CSV", (".csv", ".txt"), "text/csv", _require_text),
)
"""What is read as a table; a CSV file is evidence of nothing and so not among the others."""

MEDIA_TYPES = tuple(dict.fromkeys(kind.media_type for kind in (*KINDS, *SPREADSHEETS)))

ENDINGS: tuple[str, ...] = tuple(ending for kind in KINDS for ending in kind.endings)
LABELS = ", ".join(kind.label for kind in KINDS)


def kind_of(name: str, content: bytes, kinds: Sequence[DocumentKind] = KINDS) -> DocumentKind:
    """Return the kind, one of `kinds`, that both the ending of `name` and the bytes say.

    Raises `DocumentRefusedError` with what to do instead.
    """
    ending = PurePosixPath(name.lower()).suffix
    kind = next((kind for kind in kinds if ending in kind.endings), None)
    if kind is None:
        possible = ", ".join(kind.label for kind in kinds)
        raise DocumentRefusedError(f"Dieses Dateiformat wird nicht angenommen. Möglich sind: {possible}.")
    try:
        kind.check(content)
    except (ArchiveError, ValueError) as reason:
        raise DocumentRefusedError(
            f"Die Datei endet auf {ending}, passt aber nicht dazu: {reason} "
            f"Speichern Sie sie neu als {kind.label} und ohne Kennwort."
        ) from reason
    return kind


def label_of(media_type: str) -> str:
    """Return what people call the kind of a kept file."""
    return next(kind.label for kind in (*KINDS, *SPREADSHEETS) if kind.media_type == media_type)
