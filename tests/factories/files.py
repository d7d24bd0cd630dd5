"""Files as people upload them, and as people should not."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

PDF = (
    b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)

_MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
}


def office(
    kind: str = "docx",
    *,
    extra: dict[str, bytes] | None = None,
    types: str | None = None,
    comment: bytes = b"",
) -> bytes:
    """Return a DOCX or XLSX with `extra` parts; `types` replaces its list of content types."""
    part, subtype = _MAIN[kind]
    main = f"application/vnd.openxmlformats-officedocument.{subtype}.main+xml"
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            types or f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>',
        )
        archive.writestr(part, "<main/>")
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
        archive.comment = comment
    return target.getvalue()
