"""The Basiszinssatz (§ 247 BGB) as dated data: it changes on 1 January and 1 July, the Bundesbank announces it.

A day for which no rate is on record has none: whoever calculates says so instead of assuming one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kimhub.core import formats
from kimhub.programme.errors import RuleFileError


@dataclass(frozen=True, slots=True)
class BaseRate:
    """The rate in per cent a year, from `valid_from` to `valid_until`, both included. It can be negative."""

    valid_from: date
    valid_until: date
    percent: Decimal
    verified: bool
    source: str


class BaseRates:
    """All rates on record in the order of time; they never overlap."""

    def __init__(self, rates: Iterable[BaseRate]) -> None:
        self._all = tuple(sorted(rates, key=lambda rate: rate.valid_from))
        for earlier, later in pairwise(self._all):
            if earlier.valid_until >= later.valid_from:
                raise RuleFileError(
                    f"Zwei Basiszinssätze gelten am {formats.day(later.valid_from)}. "
                    "Setzen Sie valid_until des früheren vor valid_from des späteren."
                )

    def __iter__(self) -> Iterator[BaseRate]:
        return iter(self._all)

    def on(self, day: date) -> BaseRate | None:
        """Return the rate in force on `day`, or None where none is on record."""
        return next((rate for rate in self._all if rate.valid_from <= day <= rate.valid_until), None)

    @property
    def known_until(self) -> date | None:
        """The last day with a rate on record."""
        return self._all[-1].valid_until if self._all else None
