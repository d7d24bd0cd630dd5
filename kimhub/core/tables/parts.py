"""The parts of a workbook, read bounded, and nothing built of what is not asked for.

A workbook of half a megabyte may unpack to a hundred, and what it costs then depends on the reader: openpyxl makes
objects of every part, up to 35 microseconds and 600 bytes for each five bytes of ``styles.xml``
(docs/adr/0031-uploaded-tables.md). So each part has a limit of its own in bytes and in elements, counted while it is
read, and the parser passes over everything else.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from kimhub.core.documents.limits import MEGABYTE
from kimhub.core.formats import number
from kimhub.core.tables.values import UnreadableFileError

CHUNK = 1 << 16
MAX_DEPTH = 64
"""Elements inside each other; Excel writes about ten."""
LONGEST_TAG = 1_000_000
"""Bytes; a longer one would have to be held whole, and its attributes with it."""
LONGEST_TEXT = 32_767
"""Characters of a cell, as Excel has it; what stands behind them no column takes."""
_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
)
"""Of cells and books (ECMA-376, transitional and strict), and of the lists that say which part is which."""


@dataclass(frozen=True, slots=True)
class PartLimit:
    """How much of a part is read."""

    what: str
    """What people call it, as the beginning of a sentence."""
    size: int
    """Bytes, unpacked."""
    elements: int
    cure: str


_NEW_BOOK = (
    "Kopieren Sie das Tabellenblatt als Werte in eine neue Arbeitsmappe und laden Sie diese hoch, oder speichern Sie "
    "es als CSV."
)
_CSV = "Speichern Sie das Tabellenblatt als CSV, oder teilen Sie es auf mehrere Dateien auf."
RELATIONSHIPS = PartLimit("Das Verzeichnis der Arbeitsmappe", 1 * MEGABYTE, 10_000, _NEW_BOOK)
BOOK = PartLimit("Die Liste der Blätter und Namen", 5 * MEGABYTE, 100_000, _NEW_BOOK)
STYLES = PartLimit("Die Liste der Formate", 10 * MEGABYTE, 500_000, _NEW_BOOK)
STRINGS = PartLimit("Die Liste der Texte", 40 * MEGABYTE, 3_000_000, _CSV)
SHEET = PartLimit("Das Tabellenblatt", 90 * MEGABYTE, 8_000_000, _CSV)


class DamagedPartError(Exception):
    """A part is missing, or is not what Excel writes."""


class Part:
    """Goes through one part and calls `begin` and `finish` for the elements in `wanted`; subclasses keep what counts.

    `finish` gets the text that stands directly in an element of `texts`, at most `LONGEST_TEXT` characters of it.
    """

    limit: ClassVar[PartLimit]
    wanted: ClassVar[frozenset[str]]
    texts: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._local = {f"{space} {name}": name for space in _NAMESPACES for name in self.wanted}
        self._depth = self._elements = self._size = self._length = 0
        self._text: list[str] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def begin(self, name: str, attributes: Mapping[str, str], /) -> None:
        """Take note of the beginning of an element."""

    def finish(self, name: str, text: str, /) -> None:
        """Take note of the end of an element."""

    def read(self, archive: ZipFile, name: str) -> Iterator[None]:
        """Go through the part, pausing after each piece so that the caller can take away what was found.

        Raises `DamagedPartError`, `UnreadableFileError` beyond the limit, and what `begin` and `finish` raise.
        """
        try:
            with archive.open(name) as part:
                while piece := part.read(CHUNK):
                    self._size += len(piece)
                    if self._size > self.limit.size:
                        raise self._too_large(f"größer als {number(self.limit.size // MEGABYTE)} MB")
                    self._parser.Parse(piece, False)  # noqa: FBT003 - positional in the standard library
                    if self._size - self._parser.CurrentByteIndex > LONGEST_TAG:
                        raise DamagedPartError
                    yield
                self._parser.Parse(b"", True)  # noqa: FBT003
        except (KeyError, BadZipFile, EOFError, NotImplementedError, zlib.error, expat.ExpatError) as trouble:
            raise DamagedPartError from trouble
        yield

    def read_all(self, archive: ZipFile, name: str) -> None:
        """Go through the part to its end; raises like `read`."""
        for _ in self.read(archive, name):
            pass

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._depth += 1
        if self._elements > self.limit.elements:
            raise self._too_large(f"länger als {number(self.limit.elements)} Einträge")
        if self._depth > MAX_DEPTH:
            raise DamagedPartError
        local = self._local.get(name)
        if local is None:
            return
        if local in self.texts:
            self._text, self._length = [], 0
            self._parser.CharacterDataHandler = self._hear
        self.begin(local, attributes)

    def _hear(self, text: str) -> None:
        if self._length < LONGEST_TEXT:
            self._text.append(text)
            self._length += len(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        local = self._local.get(name)
        if local is None:
            return
        if local in self.texts:
            self._parser.CharacterDataHandler = None
            self.finish(local, "".join(self._text)[: LONGEST_TEXT + 1])
            self._text = []
        else:
            self.finish(local, "")

    def _too_large(self, how: str) -> UnreadableFileError:
        return UnreadableFileError(f"{self.limit.what} ist {how} und wird nicht gelesen.", self.limit.cure)


def _refuse_doctype(*_: object) -> None:
    """No program writes a document type into a workbook; with one come entities and files from elsewhere."""
    raise DamagedPartError
