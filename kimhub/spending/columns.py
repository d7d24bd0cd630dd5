"""The columns of the books as files name them: one list for downloads, templates and imports."""

from __future__ import annotations

from enum import Enum

from kimhub.core.exports import ExportColumn, Kind


class BookColumn(Enum):
    """A column: the heading people read, how it is written."""

    RECEIPT = ExportColumn("Belegnummer", 20)
    BOOKED_ON = ExportColumn("Buchungsdatum", 14, Kind.DAY)
    YEAR = ExportColumn("Haushaltsjahr", 14, Kind.WHOLE)
    AMOUNT = ExportColumn("Betrag", 14, Kind.AMOUNT)
    TEILPLANZEILE = ExportColumn("Teilplanzeile", 13)
    BAUSTEIN = ExportColumn("Baustein", 10)
    PURPOSE = ExportColumn("Zweck", 34)
    REFERENCE = ExportColumn("Stelle", 16)
    PERIOD_FROM = ExportColumn("Leistung von", 14, Kind.DAY)
    PERIOD_TO = ExportColumn("Leistung bis", 14, Kind.DAY)
    TEXT = ExportColumn("Buchungstext", 40)
    RECIPIENT = ExportColumn("Empfänger", 30)

    @property
    def label(self) -> str:
        """Return the heading."""
        return self.value.label
