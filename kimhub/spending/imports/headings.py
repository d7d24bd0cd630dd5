"""Which column means what: the row of headings is found by the names that municipal finance software gives them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kimhub.core.tables.values import Value
from kimhub.spending.columns import BookColumn
from kimhub.spending.imports.findings import Finding, FindingCode
from kimhub.spending.models import Severity

SEARCHED_ROWS = 30
"""Above the headings some programs write who exported what, and when."""
REQUIRED = (
    BookColumn.RECEIPT, BookColumn.BOOKED_ON, BookColumn.AMOUNT, BookColumn.TEILPLANZEILE, BookColumn.PURPOSE,
)  # fmt: skip
_LEAST_KNOWN = 3
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "€": "eur"})

NAMES: dict[BookColumn, tuple[str, ...]] = {
    BookColumn.RECEIPT: (
        "Belegnummer", "Beleg-Nr.", "Beleg", "Belegnr", "Rechnungsnummer", "Rechnungs-Nr.", "Dokumentnummer",
        "Dokument-Nr.", "Buchungsnummer", "Buchungs-Nr.", "Vorgangsnummer",
    ),
    BookColumn.BOOKED_ON: (
        "Buchungsdatum", "Buchungstag", "Buch.-Datum", "Buchungsdat.", "Datum", "Belegdatum", "Zahldatum", "Zahltag",
    ),
    BookColumn.YEAR: ("Haushaltsjahr", "HHJ", "HH-Jahr", "Geschäftsjahr", "GJ", "Jahr"),
    BookColumn.AMOUNT: (
        "Betrag", "Betrag in EUR", "Betrag EUR", "Betrag (EUR)", "Betrag €", "Betrag in Euro", "Buchungsbetrag",
        "Ist-Betrag", "Istbetrag", "Zahlbetrag", "Bruttobetrag", "Brutto",
    ),
    BookColumn.TEILPLANZEILE: (
        "Teilplanzeile", "TPZ", "Zeile Teilergebnisplan", "Zeile Ergebnisplan", "Ergebnisplanzeile", "Planzeile",
        "Zeile",
    ),
    BookColumn.BAUSTEIN: ("Baustein", "Förderbaustein", "KIM-Baustein"),
    BookColumn.PURPOSE: ("Zweck", "Zuwendungszweck", "Förderzweck", "KIM-Zweck", "Zweckbindung"),
    BookColumn.REFERENCE: (
        "Stelle", "Stellennummer", "Stellen-Nr.", "Planstelle", "Kostenstelle", "Innenauftrag",
    ),
    BookColumn.PERIOD_FROM: (
        "Leistung von", "Leistungszeitraum von", "Zeitraum von", "Leistungsbeginn", "Leistungsdatum von",
    ),
    BookColumn.PERIOD_TO: (
        "Leistung bis", "Leistungszeitraum bis", "Zeitraum bis", "Leistungsende", "Leistungsdatum bis",
    ),
    BookColumn.TEXT: ("Buchungstext", "Text", "Verwendungszweck", "Bezeichnung", "Beschreibung", "Bemerkung"),
    BookColumn.RECIPIENT: (
        "Empfänger", "Zahlungsempfänger", "Zahlungspartner", "Kreditor", "Geschäftspartner", "Lieferant",
    ),
}  # fmt: skip
"""Each column with the headings by which it is known, the usual one first; of two in a file the earlier wins."""


def _plain(name: str) -> str:
    """Return a heading without what differs between programs: capitals, umlauts, punctuation, spaces."""
    return re.sub(r"[^a-z0-9]", "", name.casefold().translate(_SPELLED))


_KNOWN = {_plain(name): (column, rank) for column, names in NAMES.items() for rank, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings as it was understood."""

    row: int
    names: list[str]
    """All headings of the file, in order."""
    places: dict[BookColumn, int]
    """Where each known column stands, from 0."""
    ignored: list[str] = field(default_factory=list)
    """Headings that mean nothing here."""

    def name_of(self, column: BookColumn) -> str:
        """Return the heading that a column has in this file."""
        place = self.places.get(column)
        return column.label if place is None else self.names[place]

    def findings(self) -> list[Finding]:
        """Return what is missing, with the names under which it would be known, and what is ignored."""
        found = [
            Finding(
                FindingCode.COLUMN_MISSING,
                f"Die Spalte „{column.label}“ fehlt.",
                "Ergänzen Sie sie. Erkannt wird sie auch als: "
                + ", ".join(f"„{name}“" for name in NAMES[column][1:6])
                + ".",
                row=self.row,
                column=column.label,
            )
            for column in REQUIRED
            if column not in self.places
        ]
        if self.ignored:
            found.append(
                Finding(
                    FindingCode.COLUMN_IGNORED,
                    "Diese Spalten werden nicht übernommen: "
                    + ", ".join(f"„{n}“" for n in self.ignored)
                    + ".",
                    "Sie müssen nichts tun. Gehört eine davon in die Buchung, benennen Sie sie wie in der Vorlage.",
                    row=self.row,
                    severity=Severity.HINT,
                )
            )
        return found


def headings_in(row: int, cells: Sequence[Value]) -> Headings | None:
    """Return the headings if this row is one of headings."""
    names = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    ranked = [
        (rank, place, column)
        for place, name in enumerate(names)
        if (known := _KNOWN.get(_plain(name)))
        for column, rank in [known]
    ]
    places: dict[BookColumn, int] = {}
    for _, place, column in sorted(ranked, key=lambda entry: entry[:2]):
        places.setdefault(column, place)
    if len(places) < _LEAST_KNOWN:
        return None
    taken = set(places.values())
    ignored = [name for place, name in enumerate(names) if name and place not in taken]
    return Headings(row, names, places, ignored)


NO_HEADINGS = Finding(
    FindingCode.COLUMN_MISSING,
    f"In den ersten {SEARCHED_ROWS} Zeilen steht keine Zeile mit Spaltennamen.",
    "Schreiben Sie in die erste Zeile die Namen der Spalten, mindestens: "
    + ", ".join(column.label for column in REQUIRED)
    + ". Am einfachsten nehmen Sie die Vorlage.",
)
