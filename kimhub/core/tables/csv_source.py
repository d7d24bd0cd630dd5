"""CSV as finance software exports it: UTF-8 with and without mark, UTF-16, Windows-1252; ``;``, ``,``, tab."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from kimhub.core.tables.values import MAX_COLUMNS, Look, SourceRow, UnreadableFileError

DELIMITERS = (";", "\t", ",", "|")
_SAMPLE_ROWS = 30
_CHUNK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ("utf-8", "cp1252")
"""Text in another encoding than UTF-8 is hardly ever valid UTF-8 by chance, so this order decides well."""


class CsvSource:
    """A CSV file; each record is a row, counted as a spreadsheet would."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._look = look_of(stream)
        self.look: Look | None = self._look
        self.expected_rows: int | None = 1 + sum(piece.count(b"\n") for piece in _pieces(stream))

    def rows(self) -> Iterator[SourceRow]:
        """Yield the records; raises `UnreadableFileError` where quotation marks leave no end to a field."""
        number = 0
        try:
            for number, record in enumerate(_reader(self._stream, self._look), 1):
                yield number, [cell or None for cell in record[:MAX_COLUMNS]]
        except csv.Error as trouble:
            raise UnreadableFileError(
                "Die Datei ist als CSV nicht lesbar: Ein Feld hat kein Ende.",
                "Prüfen Sie die Anführungszeichen, oder exportieren Sie die Datei als Excel-Arbeitsmappe (.xlsx).",
                number + 1,
            ) from trouble


def look_of(stream: BinaryIO) -> Look:
    """Return how the file is written; raises `UnreadableFileError` for text in no known encoding."""
    encoding = _encoding_of(stream)
    widths = {}
    for delimiter in DELIMITERS:
        try:
            widths[delimiter] = _fields(stream, Look(encoding, delimiter))
        except csv.Error:
            widths[delimiter] = 0
    return Look(encoding, max(DELIMITERS, key=lambda delimiter: widths[delimiter]))


def _encoding_of(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            guesses: tuple[str, ...] = (encoding,)
            break
    else:
        guesses = _GUESSES
    for encoding in guesses:
        if _decodes(stream, encoding):
            return encoding
    raise UnreadableFileError(
        "Die Zeichen der Datei sind nicht lesbar.",
        "Exportieren Sie die Datei neu als CSV in UTF-8 oder als Excel-Arbeitsmappe (.xlsx).",
    )


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in _pieces(stream):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _fields(stream: BinaryIO, look: Look) -> int:
    """Return how many fields the first rows have in all, where they are separated by this delimiter."""
    total = 0
    for number, record in enumerate(_reader(stream, look)):
        if number >= _SAMPLE_ROWS:
            break
        total += len(record) - 1 if len(record) > 1 else 0
    return total


def _reader(stream: BinaryIO, look: Look) -> Iterator[list[str]]:
    stream.seek(0)
    wrapper = TextIOWrapper(stream, look.encoding, newline="")
    try:
        yield from csv.reader(wrapper, delimiter=look.delimiter)
    finally:
        wrapper.detach()  # else it would close the file, which is read more than once


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    stream.seek(0)
    while piece := stream.read(_CHUNK):
        yield piece
