"""The closed vocabulary of a distribution. Values are the words of files and JSON; labels are what people read."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from kimhub.core import formats


class Measure(StrEnum):
    """What is distributed."""

    FTE = "fte"
    EURO = "euro"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _MEASURES[self]

    @property
    def step(self) -> Decimal:
        """The smallest difference between two shares, unless the distribution names another."""
        return _STEPS[self]

    def amount(self, value: Decimal) -> str:
        """Return a share of it in words, e.g. ``0,5 VZÄ`` or ``57.000,00 €``."""
        return formats.full_time_equivalents(value) if self is Measure.FTE else formats.euro(value)


class DistributionMethod(StrEnum):
    """By which key the shares are computed."""

    POPULATION = "population"
    KEY_FIGURE = "key_figure"
    EQUAL = "equal"
    BY_HAND = "by_hand"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _METHODS[self]

    @property
    def needs_key(self) -> bool:
        """Whether every party needs a key figure."""
        return self in (DistributionMethod.POPULATION, DistributionMethod.KEY_FIGURE)


class Waiver(StrEnum):
    """What becomes of the share of a party that does not want it (Verzicht)."""

    REDISTRIBUTED = "redistributed"
    KEPT = "kept"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _WAIVERS[self]


class ShareNote(StrEnum):
    """Why a share is what it is, where the key and the rounding alone do not say it."""

    BY_HAND = "by_hand"
    RAISED_TO_MINIMUM = "raised_to_minimum"
    BELOW_MINIMUM = "below_minimum"
    WAIVED_REDISTRIBUTED = "waived_redistributed"
    WAIVED_KEPT = "waived_kept"

    @property
    def label(self) -> str:
        """The note that people read."""
        return _NOTES[self]


_MEASURES = {Measure.FTE: "Vollzeitäquivalente", Measure.EURO: "Euro"}
_STEPS = {Measure.FTE: Decimal("0.50"), Measure.EURO: Decimal("0.01")}
_METHODS = {
    DistributionMethod.POPULATION: "nach Einwohnerzahl",
    DistributionMethod.KEY_FIGURE: "nach einer anderen Kennzahl",
    DistributionMethod.EQUAL: "zu gleichen Teilen",
    DistributionMethod.BY_HAND: "von Hand",
}
_WAIVERS = {
    Waiver.REDISTRIBUTED: "verzichtet, der Anteil geht an die anderen",
    Waiver.KEPT: "verzichtet, der Anteil bleibt beim Geber",
}
_NOTES = {
    ShareNote.BY_HAND: "von Hand festgelegt",
    ShareNote.RAISED_TO_MINIMUM: "auf den Mindestanteil angehoben",
    ShareNote.BELOW_MINIMUM: "unter dem Mindestanteil",
    ShareNote.WAIVED_REDISTRIBUTED: "verzichtet, auf die anderen verteilt",
    ShareNote.WAIVED_KEPT: "verzichtet, bleibt beim Geber",
}
