"""The overview as a file: the same rows as on the page, amounts as numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kimhub.core.exports import ExportColumn, Kind, Value
from kimhub.overview.collect import Overview
from kimhub.overview.figures import BausteinFigures, YearFigures

COLUMNS = (
    ExportColumn("Haushaltsjahr", 14, Kind.WHOLE),
    ExportColumn("Baustein", 14),
    ExportColumn("Teilplanzeile", 14),
    ExportColumn("Bezeichnung", 36),
    *(
        ExportColumn(name, 16, Kind.AMOUNT)
        for name in (
            "Bewilligt", "Erhalten", "Abgerufen", "Weitergeleitet", "Geplant", "Ausgegeben", "Rest", "Prognose",
            "Eigenanteil",
        )
    ),
)  # fmt: skip


def rows(shown: Overview) -> Iterator[list[Value]]:
    """Yield the lines of every Baustein, its sum, and the sum of each year."""
    for year in shown.years:
        for part in year.bausteine:
            for line in part.lines:
                yield [
                    year.year, part.label, line.teilplanzeile.value, line.teilplanzeile.label, line.granted,
                    line.received, None, line.passed_on, line.planned, line.spent, line.remaining,
                    line.forecast, None,
                ]  # fmt: skip
            yield [year.year, part.label, "", f"Summe {part.label}", *_sums(part)]
        if year.bausteine:
            yield [year.year, "", "", f"Summe {year.year}", *_sums(year)]


def _sums(of: BausteinFigures | YearFigures) -> list[Value]:
    return [
        of.granted, of.received, of.drawn, of.passed_on, of.planned, of.spent, of.remaining, of.forecast,
        of.eigenanteil,
    ]  # fmt: skip
