"""A register file: rows of Kreise and Gemeinden, checked completely before anything is done with them.

The layout is that of ``data/README.md``. Checking needs no database; whoever imports names the Kreise that
are registered already. Every broken row is found at once, each with its line, its column and a cure.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import ClassVar

from tenants.access import TenantKind
from tenants.errors import InvalidInputError

SHIPPED = Path(__file__).parent / "data" / "nrw_gemeinden.csv"
"""The register of North Rhine-Westphalia that comes with the program."""
LARGEST_FILE = 20 * 1024 * 1024
"""Bytes. All 11,000 Gemeinden of Germany need less than a tenth of it."""
LARGEST_POPULATION = 100_000_000
LONGEST_TEXT = 200

REQUIRED_COLUMNS = (
    "ags", "ars", "name", "name_amtlich", "kind", "parent_ags", "regierungsbezirk", "status", "population",
    "plz", "eigene_auslaenderbehoerde",
)  # fmt: skip
_KINDS = {kind.value for kind in TenantKind} - {TenantKind.BEZIRKSREGIERUNG.value}
_KREIS_DIGITS, _GEMEINDE_DIGITS, _ARS_DIGITS, _POSTCODE_DIGITS = 5, 8, 12, 5
_TRUTH = {"": None, "0": False, "1": True}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What is wrong in one place of the file (lines count from 1, the heading is line 1) and what cures it."""

    line: int
    column: str
    problem: str
    cure: str

    def __str__(self) -> str:
        place = f"Zeile {self.line}" + (f", Spalte {self.column}" if self.column else "")
        return f"{place}: {self.problem} {self.cure}"


class RegisterFileError(InvalidInputError):
    """The file breaks at least one rule; `findings` has all of them in the order of the file."""

    code: ClassVar[str] = "register-file"
    title: ClassVar[str] = "Die Registerdatei ist fehlerhaft"

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__(
            "Es wurde nichts übernommen.",
            fields={f"{finding.line}.{finding.column}": [str(finding)] for finding in self.findings},
        )


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A Kreis or Gemeinde as the file has it."""

    ags: str
    ars: str | None
    name: str
    official_name: str
    kind: TenantKind
    parent_ags: str | None
    regierungsbezirk: str
    status: str
    population: int
    postcode: str | None
    has_auslaenderbehoerde: bool | None


@dataclass(frozen=True, slots=True)
class Edition:
    """Where the figures come from and of which day the population is; `counts` is what the file must hold."""

    source: str
    population_date: date
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """The checked rows, Kreise first, so that every parent comes before its Gemeinden."""

    rows: tuple[RegisterRow, ...]
    ignored_columns: tuple[str, ...]

    @property
    def counts(self) -> dict[TenantKind, int]:
        """Return how many bodies of each kind the file holds."""
        return dict(Counter(row.kind for row in self.rows))


def edition_beside(path: Path) -> Edition | None:
    """Return what the TOML file beside `path` says about it, or None if there is none.

    Raises `RegisterFileError` where the TOML file cannot be understood.
    """
    beside = path.with_suffix(".toml")
    if not beside.is_file():
        return None
    try:
        content = tomllib.loads(beside.read_text(encoding="utf-8"))
        source, population_date = content["source"], content["population_date"]
        counts = {str(kind): int(number) for kind, number in content.get("counts", {}).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"Die Begleitdatei {beside.name} ist nicht lesbar ({error})."
        raise RegisterFileError(
            [Finding(0, "", problem, "Sie braucht „source“ und „population_date“.")]
        ) from error
    if not isinstance(source, str) or not source.strip() or type(population_date) is not date:
        problem = f"Die Begleitdatei {beside.name} nennt keine Quelle oder kein Datum."
        raise RegisterFileError(
            [Finding(0, "", problem, "Schreiben Sie population_date = 2019-12-31 (ohne Anführungszeichen).")]
        )
    return Edition(source.strip(), population_date, counts)


def parse_register(content: bytes, *, registered_kreise: Collection[str] = ()) -> RegisterFile:
    """Return the rows of `content`; `registered_kreise` are keys of Kreise that a parent may also name.

    UTF-8 (with or without byte order mark) and Windows-1252 are read. Raises `RegisterFileError`.
    """
    reader = csv.reader(io.StringIO(_decode(content), newline=""), strict=True)
    heading = _heading(reader)
    numbered = _numbered_rows(reader, heading)
    findings = [item for item in numbered if isinstance(item, Finding)]
    cells = [item for item in numbered if not isinstance(item, Finding)]
    if not numbered:
        findings.append(Finding(2, "", "Die Datei enthält keine Zeilen.", "Fügen Sie die Kommunen ein."))
    # By length, not kind: a Kreis with a misspelt kind shall not make all its Gemeinden findings, too.
    kreise = {row["ags"] for _, row in cells if len(row["ags"]) == _KREIS_DIGITS} | set(registered_kreise)
    findings += _duplicates(cells)
    rows = []
    for line, row in cells:
        wrong = list(_check(line, row, kreise))
        findings += wrong
        if not wrong:
            rows.append(_row(row))
    if findings:
        raise RegisterFileError(findings)
    rows.sort(key=lambda row: (row.kind is not TenantKind.KREIS, row.ags))
    return RegisterFile(
        rows=tuple(rows), ignored_columns=tuple(name for name in heading if name not in REQUIRED_COLUMNS)
    )


def check_counts(register: RegisterFile, expected: dict[str, int]) -> None:
    """Raise `RegisterFileError` unless the file holds as many bodies of each kind as its edition says."""
    found = {kind.value: register.counts.get(kind, 0) for kind in TenantKind}
    wrong = [
        Finding(
            1, "kind", f"Die Datei enthält {found.get(kind, 0)} Einträge der Art {kind}, erwartet sind {number}.",
            "Ergänzen Sie die Datei oder berichtigen Sie „counts“ in der Begleitdatei.",
        )
        for kind, number in expected.items() if found.get(kind, 0) != number
    ]  # fmt: skip
    if wrong:
        raise RegisterFileError(wrong)


def _decode(content: bytes) -> str:
    save_as = "Speichern Sie sie in der Tabellenkalkulation als „CSV UTF-8 (durch Trennzeichen getrennt)“."
    if len(content) > LARGEST_FILE:
        raise RegisterFileError(
            [Finding(1, "", "Die Datei ist größer als 20 MB.", "Prüfen Sie die Auswahl.")]
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or b"\0" in content:
        raise RegisterFileError([Finding(1, "", "Das ist keine CSV-Datei.", save_as)])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegisterFileError([Finding(1, "", "Der Zeichensatz der Datei ist unbekannt.", save_as)])


def _heading(reader: Iterator[list[str]]) -> list[str]:
    try:
        heading = [name.strip() for name in next(reader, [])]
    except csv.Error:
        heading = []
    if len(heading) == 1 and ";" in heading[0]:
        cure = "Trennen Sie die Spalten mit Kommas."
        raise RegisterFileError([Finding(1, "", "Die Spalten sind mit Semikolons getrennt.", cure)])
    if len(heading) == 1 and "\t" in heading[0]:
        cure = "Trennen Sie die Spalten mit Kommas."
        raise RegisterFileError([Finding(1, "", "Die Spalten sind mit Tabulatoren getrennt.", cure)])
    missing = [
        Finding(1, name, "Die Spalte fehlt.", "Die erste Zeile muss die Namen aller Spalten enthalten.")
        for name in REQUIRED_COLUMNS
        if name not in heading
    ]
    twice = [
        Finding(1, name, "Die Spalte kommt mehrmals vor.", "Löschen Sie die überzählige.")
        for name, number in Counter(heading).items()
        if number > 1
    ]
    if missing or twice:
        raise RegisterFileError(missing + twice)
    return heading


def _numbered_rows(
    reader: Iterator[list[str]], heading: list[str]
) -> list[tuple[int, dict[str, str]] | Finding]:
    result: list[tuple[int, dict[str, str]] | Finding] = []
    line = 2
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            cure = "Prüfen Sie die Anführungszeichen dieser Zeile; ein Anführungszeichen im Text wird verdoppelt."
            return [*result, Finding(line, "", f"Die Zeile ist keine gültige CSV-Zeile ({error}).", cure)]
        if cells is None:
            return result
        if len(cells) == len(heading):
            result.append((line, dict(zip(heading, (cell.strip() for cell in cells), strict=True))))
        elif cells:
            problem = f"Die Zeile hat {len(cells)} statt {len(heading)} Spalten."
            cure = "Setzen Sie Texte mit Komma in Anführungszeichen und lassen Sie keine Spalte weg."
            result.append(Finding(line, "", problem, cure))
        line = reader.line_num + 1  # type: ignore[attr-defined]  # a csv reader counts physical lines


def _duplicates(cells: list[tuple[int, dict[str, str]]]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for line, row in cells:
        ags = row["ags"]
        if ags and ags in first:
            problem = f"Der Schlüssel {ags} steht schon in Zeile {first[ags]}."
            yield Finding(line, "ags", problem, "Löschen Sie eine der beiden Zeilen.")
        first.setdefault(ags, line)


def _check(line: int, row: dict[str, str], kreise: set[str]) -> Iterator[Finding]:
    for column in ("name", "name_amtlich", "regierungsbezirk", "status"):
        yield from _check_text(line, column, row[column])
    kind = row["kind"]
    if kind not in _KINDS:
        cure = f"Erlaubt sind {', '.join(sorted(_KINDS))}."
        yield Finding(line, "kind", f"„{kind}“ ist keine Art von Kommune.", cure)
    else:
        wrong_key = list(_check_ags(line, row))
        yield from wrong_key or _check_parent(line, row, kreise)
    yield from _check_ars(line, row)
    yield from _check_population(line, row["population"])
    if row["plz"] and not _digits(row["plz"], _POSTCODE_DIGITS):
        yield Finding(
            line, "plz", f"„{row['plz']}“ ist keine Postleitzahl.", "Geben Sie fünf Ziffern an oder nichts."
        )
    if row["eigene_auslaenderbehoerde"] not in _TRUTH:
        yield Finding(
            line, "eigene_auslaenderbehoerde", f"„{row['eigene_auslaenderbehoerde']}“ ist nicht erlaubt.",
            "Schreiben Sie 1 (ja), 0 (nein) oder nichts (unbekannt).",
        )  # fmt: skip


def _check_text(line: int, column: str, text: str) -> Iterator[Finding]:
    if not text:
        yield Finding(line, column, "Der Eintrag fehlt.", "Tragen Sie einen Text ein.")
    elif len(text) > LONGEST_TEXT:
        yield Finding(line, column, f"Der Text hat {len(text)} Zeichen.", f"Kürzen Sie auf {LONGEST_TEXT}.")
    elif not text.isprintable():
        yield Finding(line, column, "Der Text enthält Steuerzeichen.", "Schreiben Sie ihn in eine Zeile.")


def _check_ags(line: int, row: dict[str, str]) -> Iterator[Finding]:
    ags, kind = row["ags"], row["kind"]
    needed = _KREIS_DIGITS if kind == TenantKind.KREIS else _GEMEINDE_DIGITS
    if _digits(ags, needed):
        return
    cure = f"Ein Schlüssel der Art {kind} hat {needed} Ziffern."
    if _digits(ags, needed - 1):
        cure = "Die führende Null fehlt. Behandeln Sie die Spalte in der Tabellenkalkulation als Text."
    yield Finding(line, "ags", f"„{ags}“ ist kein gültiger Gemeindeschlüssel.", cure)


def _check_parent(line: int, row: dict[str, str], kreise: set[str]) -> Iterator[Finding]:
    parent, ags = row["parent_ags"], row["ags"]
    if row["kind"] != TenantKind.GEMEINDE:
        if parent:
            problem = f"Eine Kommune der Art {row['kind']} gehört keinem Kreis an."
            yield Finding(line, "parent_ags", problem, "Lassen Sie die Spalte leer.")
    elif not parent:
        cure = "Tragen Sie den fünfstelligen Schlüssel des Kreises ein."
        yield Finding(line, "parent_ags", "Der Kreis der Gemeinde fehlt.", cure)
    elif not ags.startswith(parent):
        problem = f"Der Schlüssel {ags} beginnt nicht mit dem des Kreises „{parent}“."
        yield Finding(line, "parent_ags", problem, "Berichtigen Sie einen der beiden Schlüssel.")
    elif parent not in kreise:
        problem = f"Den Kreis „{parent}“ gibt es weder in der Datei noch im Register."
        yield Finding(line, "parent_ags", problem, "Nehmen Sie den Kreis als eigene Zeile auf.")


def _check_ars(line: int, row: dict[str, str]) -> Iterator[Finding]:
    ars, ags = row["ars"], row["ags"]
    if not ars:
        return
    if not _digits(ars, _ARS_DIGITS):
        cure = "Ein Regionalschlüssel hat zwölf Ziffern."
        yield Finding(line, "ars", f"„{ars}“ ist kein gültiger Regionalschlüssel.", cure)
    elif _digits(ags, _GEMEINDE_DIGITS) and (ars[:_KREIS_DIGITS], ars[-3:]) != (
        ags[:_KREIS_DIGITS],
        ags[-3:],
    ):
        problem = f"Der Regionalschlüssel {ars} gehört nicht zum Gemeindeschlüssel {ags}."
        cure = "Beide beginnen mit denselben fünf Ziffern und enden mit denselben drei."
        yield Finding(line, "ars", problem, cure)


def _check_population(line: int, text: str) -> Iterator[Finding]:
    if re.fullmatch(r"[0-9]{1,9}", text) and int(text) <= LARGEST_POPULATION:
        return
    cure = "Tragen Sie eine ganze Zahl ohne Punkte und Leerzeichen ein."
    yield Finding(line, "population", f"„{text}“ ist keine gültige Einwohnerzahl.", cure)


def _digits(text: str, number: int) -> bool:
    return len(text) == number and text.isascii() and text.isdigit()


def _row(row: dict[str, str]) -> RegisterRow:
    return RegisterRow(
        ags=row["ags"],
        ars=row["ars"] or None,
        name=row["name"],
        official_name=row["name_amtlich"],
        kind=TenantKind(row["kind"]),
        parent_ags=row["parent_ags"] or None,
        regierungsbezirk=row["regierungsbezirk"],
        status=row["status"],
        population=int(row["population"]),
        postcode=row["plz"] or None,
        has_auslaenderbehoerde=_TRUTH[row["eigene_auslaenderbehoerde"]],
    )
