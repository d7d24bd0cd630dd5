"""Words of coverage."""

from __future__ import annotations

from enum import StrEnum


class Told(StrEnum):
    """Whether a committee was told of something that happened."""

    MISSING = "missing"
    REVOCATION = "revocation"
    PLANNED = "planned"
    BEFORE = "before"
    AFTER = "after"
    WAIVED = "waived"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """Return it in German."""
        return _TOLD[self]

    @property
    def is_gap(self) -> bool:
        """Whether somebody has still to be told."""
        return self in GAPS


_TOLD = {
    Told.MISSING: "nicht unterrichtet",
    Told.REVOCATION: "Aufhebung nicht mitgeteilt",
    Told.PLANNED: "Unterrichtung geplant",
    Told.BEFORE: "vorher unterrichtet",
    Told.AFTER: "danach unterrichtet",
    Told.WAIVED: "nicht erforderlich",
    Told.LAPSED: "aufgehoben, bevor unterrichtet wurde",
}
GAPS = (Told.MISSING, Told.REVOCATION)
