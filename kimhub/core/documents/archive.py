"""DOCX and XLSX are ZIP archives: what is inside, found out without being hurt by it.

KIMHub never unpacks these files, but the people who download them do. So an archive is refused that is
damaged, encrypted, carries macros, or would fill a disk. Every step is bounded before it is taken: the size of
the directory before it is read, the announced sizes before anything is unpacked, the real sizes while it is.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from kimhub.core.documents.limits import MAX_ARCHIVE_MEMBERS, MAX_EXPANSION, MAX_UNPACKED_SIZE

_END = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_MAX_DIRECTORY = MAX_ARCHIVE_MEMBERS * 250
_MAX_CONTENT_TYPES = 1_000_000
_CHUNK = 1 << 16
_ENCRYPTED = 0x1
_TYPES = "[Content_Types].xml"


class ArchiveError(Exception):
    """The archive is not what it should be; the message is a German sentence."""


def require_office_document(content: bytes, *, part: str, subtype: str) -> None:
    """Check that `content` is an Office Open XML document (ECMA-376) without macros.

    `part` is the name of its main part, `subtype` the end of its media type
    (``wordprocessingml.document``). Raises `ArchiveError`.
    """
    _require_small_directory(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            _require_bounded(archive, len(content))
            names = set(archive.namelist())
            if _TYPES not in names or part not in names:
                raise ArchiveError("Dem Dokument fehlen seine Bestandteile.")
            types = archive.read(_TYPES)
            for member in archive.infolist():
                _unpack(archive, member.filename)
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as damage:
        raise ArchiveError("Das Dokument ist beschädigt.") from damage
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ArchiveError("Das Dokument enthält Makros.")
    if f"openxmlformats-officedocument.{subtype}.main+xml".encode() not in types:
        raise ArchiveError("Das Dokument ist von anderer Art.")


def _require_small_directory(content: bytes) -> None:
    """Look at the archive's last record by hand: the library would read a directory of any size into memory.

    No office program writes a comment or 64-bit sizes into files this small; with them, two readers can see
    two different archives in one file.
    """
    tail = content[-_END.size :]
    if len(tail) < _END.size or not tail.startswith(_END_SIGNATURE):
        raise ArchiveError("Der Inhalt ist kein Office-Dokument.")
    _, disk, directory_disk, _, members, size, _, comment = _END.unpack(tail)
    if disk or directory_disk or comment:
        raise ArchiveError("Der Inhalt ist kein Office-Dokument.")
    if members > MAX_ARCHIVE_MEMBERS or size > _MAX_DIRECTORY:
        raise ArchiveError("Das Dokument besteht aus zu vielen Teilen.")


def _require_bounded(archive: ZipFile, packed: int) -> None:
    announced = 0
    for member in archive.infolist():
        if member.flag_bits & _ENCRYPTED:
            raise ArchiveError("Das Dokument ist verschlüsselt.")
        if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
            raise ArchiveError("Das Dokument ist beschädigt.")
        if member.filename == _TYPES and member.file_size > _MAX_CONTENT_TYPES:
            raise ArchiveError("Das Dokument ist beschädigt.")
        announced += member.file_size
    if announced > MAX_UNPACKED_SIZE or announced > packed * MAX_EXPANSION:
        raise ArchiveError("Das Dokument würde beim Öffnen unverhältnismäßig groß.")


def _unpack(archive: ZipFile, name: str) -> None:
    """Read a member to its end, which proves its announced size and its checksum, and keep nothing of it."""
    with archive.open(name) as member:
        while member.read(_CHUNK):
            pass
