"""CSV as finance software exports it: UTF-8 with and without mark, UTF-16, Windows-1252; ``;``, ``,``, tab."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper

from kimhub.spending.imports.source import MAX_COLUMNS, Look, SourceRow, UnreadableFileError

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

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.look = look_of(content)
        self.expected_rows: int | None = content.count(b"\n") + 1

    def rows(self) -> Iterator[SourceRow]:
        """Yield the records; raises `UnreadableFileError` where quotation marks leave no end to a field."""
        try:
            for number, record in enumerate(_reader(self._content, self.look), 1):
                yield number, [cell or None for cell in record[:MAX_COLUMNS]]
        except csv.Error as trouble:
            raise UnreadableFileError(
                "Die Datei ist als CSV nicht lesbar: Ein Feld hat kein Ende.",
                "Prüfen Sie die Anführungszeichen, oder exportieren Sie die Datei als Excel-Arbeitsmappe (.xlsx).",
            ) from trouble


def look_of(content: bytes) -> Look:
    """Return how the file is written; raises `UnreadableFileError` for text in no known encoding."""
    encoding = _encoding_of(content)
    widths = {}
    for delimiter in DELIMITERS:
        try:
            widths[delimiter] = _fields(content, Look(encoding, delimiter))
        except csv.Error:
            widths[delimiter] = 0
    return Look(encoding, max(DELIMITERS, key=lambda delimiter: widths[delimiter]))


def _encoding_of(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            guesses: tuple[str, ...] = (encoding,)
            break
    else:
        guesses = _GUESSES
    for encoding in guesses:
        if _decodes(content, encoding):
            return encoding
    raise UnreadableFileError(
        "Die Zeichen der Datei sind nicht lesbar.",
        "Exportieren Sie die Datei neu als CSV in UTF-8 oder als Excel-Arbeitsmappe (.xlsx).",
    )


def _decodes(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _CHUNK):
            decoder.decode(content[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _fields(content: bytes, look: Look) -> int:
    """Return how many fields the first rows have in all, where they are separated by this delimiter."""
    total = 0
    for number, record in enumerate(_reader(content, look)):
        if number >= _SAMPLE_ROWS:
            break
        total += len(record) - 1 if len(record) > 1 else 0
    return total


def _reader(content: bytes, look: Look) -> Iterator[list[str]]:
    stream = TextIOWrapper(BytesIO(content), look.encoding, newline="")
    return csv.reader(stream, delimiter=look.delimiter)
