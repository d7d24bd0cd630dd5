"""The cell of the ledger: money is bound to a Haushaltsjahr, a Baustein and a purpose, and never moves between them."""

from __future__ import annotations

from dataclasses import dataclass

from kimhub.programme.terms import Baustein, GrantPurpose

FIRST_YEAR, LAST_YEAR = 2017, 2099
"""Haushaltsjahre that can be meant: KIM begins after the TIntG of 2012 was amended; later is a slip of the pen."""


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """A Haushaltsjahr and a purpose; the Baustein follows from the purpose. Sorted by year, Baustein, purpose."""

    year: int
    baustein: Baustein
    purpose: GrantPurpose

    def __post_init__(self) -> None:
        """Refuse a purpose of another Baustein; raises `ValueError`."""
        if self.purpose.baustein is not self.baustein:
            raise ValueError(f"{self.purpose} does not belong to Baustein {self.baustein:d}")

    @classmethod
    def of(cls, year: int, purpose: GrantPurpose) -> Cell:
        """Return the cell of a purpose in a year."""
        return cls(year, purpose.baustein, purpose)

    @property
    def label(self) -> str:
        """How sentences name it, e.g. „2022, Baustein 1, Koordinierungsstelle“."""
        return f"{self.year}, {self.baustein.label}, {self.purpose.label}"
