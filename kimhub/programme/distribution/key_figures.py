"""Key figures per Gemeinde from a table: CSV as spreadsheets and finance software export it, or rows of a workbook.

Two columns count: one with the Gemeindeschlüssel or the name, one with the figure. A heading is recognised by its
words (`ags`, `name`, and any other for the figure); without one the first two columns are taken. All problems are
found at once, each with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kimhub.core.echo import echo
from kimhub.programme.distribution.figures import FigureError, read_figure
from kimhub.programme.distribution.inputs import Distribution, Party
from kimhub.programme.document_parts import MAX_FILE_BYTES
from kimhub.programme.errors import DistributionInvalidError
from kimhub.programme.schemas import is_ags

MAX_LINES = 20_000
_AGS_HEADINGS = {
    "ags",
    "gemeindeschlüssel",
    "gemeindeschluessel",
    "gemeindekennzahl",
    "schlüssel",
    "schluessel",
}
_NAME_HEADINGS = {"name", "gemeinde", "kommune", "stadt", "gemeindename"}
_SAVE_AS = "Speichern Sie die Tabelle als „CSV UTF-8 (durch Trennzeichen getrennt)“."


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One line of the table: its number (from 1), whom it names, and the figure."""

    line: int
    who: str
    figure: Decimal


def key_figures_from_csv(content: bytes) -> list[KeyLine]:
    """Return the lines of a CSV file (UTF-8 or Windows-1252; semicolon, comma or tab).

    Raises `DistributionInvalidError` with every line that cannot be read.
    """
    if len(content) > MAX_FILE_BYTES:
        raise _refused("Die Datei ist größer als 1 MB und damit keine Liste von Kennzahlen.")
    if b"\0" in content or content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _refused(f"Das ist keine CSV-Datei. {_SAVE_AS}")
    text = _decode(content)
    head = text.split("\n", 1)[0]
    delimiter = next((sign for sign in (";", "\t", ",") if sign in head), ";")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            rows.append((reader.line_num, row))
            if len(rows) > MAX_LINES:
                raise _refused(f"Die Datei hat mehr als {MAX_LINES} Zeilen.")
    except csv.Error as error:
        message = f"Zeile {reader.line_num}: Die Zeile ist keine gültige CSV-Zeile ({error})."
        raise _refused(f"{message} Prüfen Sie die Anführungszeichen.") from error
    return key_figures_from_rows(rows)


def key_figures_from_rows(rows: Iterable[tuple[int, Sequence[str]]]) -> list[KeyLine]:
    """Return the lines of numbered rows of cells, empty rows left out; raises `DistributionInvalidError`."""
    filled = [(line, [cell.strip() for cell in row]) for line, row in rows]
    filled = [(line, row) for line, row in filled if any(row)]
    who, figure, has_heading = _columns(filled[0][1]) if filled else (0, 1, False)
    if len(filled) == has_heading:
        raise _refused("Die Datei enthält keine Zeilen. Erwartet werden zwei Spalten: Gemeinde und Kennzahl.")
    found: list[KeyLine] = []
    problems: list[str] = []
    for line, row in filled[has_heading:]:
        cells = [row[index] if index < len(row) else "" for index in (who, figure)]
        if not all(cells):
            problems.append(f"Zeile {line}: Es fehlt die Gemeinde oder die Kennzahl. Ergänzen Sie beides.")
            continue
        try:
            found.append(KeyLine(line, cells[0], read_figure(cells[1])))
        except FigureError as error:
            problems.append(f"Zeile {line}, Spalte {figure + 1}: {error}")
    if problems:
        raise DistributionInvalidError({"": problems})
    return found


def with_key_figures(distribution: Distribution, lines: Iterable[KeyLine]) -> Distribution:
    """Return `distribution` with the key figures of `lines`, matched by Gemeindeschlüssel or name.

    Parties without a line keep their figure. Raises `DistributionInvalidError` where a line matches nobody or a party
    is named twice; then nothing is taken over.
    """
    matched: dict[int, KeyLine] = {}
    problems: list[str] = []
    for line in lines:
        index = _match(distribution.parties, line.who)
        if index is None:
            problems.append(
                f"Zeile {line.line}: „{echo(line.who)}“ ist nicht unter den Beteiligten. Prüfen Sie Schlüssel und "
                "Schreibweise, oder löschen Sie die Zeile."
            )
        elif index in matched:
            problems.append(
                f"Zeile {line.line}: „{distribution.parties[index].name}“ steht schon in Zeile {matched[index].line}. "
                "Löschen Sie eine der beiden Zeilen."
            )
        else:
            matched[index] = line
    if problems:
        raise DistributionInvalidError({"": problems})
    parties = tuple(
        replace(party, key=matched[index].figure) if index in matched else party
        for index, party in enumerate(distribution.parties)
    )
    return replace(distribution, parties=parties)


def _columns(first: Sequence[str]) -> tuple[int, int, bool]:
    """Return the columns of party and figure, and whether the first row is a heading."""
    words = [cell.casefold() for cell in first]
    named = [index for index, word in enumerate(words) if word in _AGS_HEADINGS] + [
        index for index, word in enumerate(words) if word in _NAME_HEADINGS
    ]
    if not named:
        word = first[1] if len(first) > 1 else ""
        return 0, 1, bool(word) and not any(char.isdigit() for char in word)
    other = [index for index, word in enumerate(words) if word and index not in named]
    return named[0], other[0] if other else len(first), True


def _match(parties: Sequence[Party], who: str) -> int | None:
    """Spreadsheets drop the leading zero of a Gemeindeschlüssel: it is put back before comparing."""
    ags = who if is_ags(who) else f"0{who}"
    name = who.casefold()
    for index, party in enumerate(parties):
        if (party.ags and party.ags == ags) or party.name.casefold() == name:
            return index
    return None


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(f"Der Zeichensatz der Datei ist unbekannt. {_SAVE_AS}")


def _refused(message: str) -> DistributionInvalidError:
    return DistributionInvalidError({"": [message]})
