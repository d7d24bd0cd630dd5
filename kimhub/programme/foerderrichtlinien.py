"""Dated Förderrichtlinien: rates, caps and deadlines as data, each with its source and a `verified` flag.

A value that nobody has verified is marked so or left out; a calculation then shows it as „ungeprüft“ or says
that it is missing. `guideline_files` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kimhub.core import formats
from kimhub.programme.errors import FoerderrichtlinieFileError, FoerderrichtlinieMissingError
from kimhub.programme.terms import Unit, ValueKey


@dataclass(frozen=True, slots=True)
class RichtlinienWert:
    """One value that a guideline fixes; `amount` is counted in `unit`."""

    key: ValueKey
    amount: Decimal
    verified: bool
    source: str

    @property
    def unit(self) -> Unit:
        """What the amount is counted in."""
        return self.key.unit


@dataclass(frozen=True, slots=True)
class Foerderrichtlinie:
    """A funding guideline of the state, valid from `valid_from` to `valid_until` (None: until replaced)."""

    id: str
    title: str
    valid_from: date
    valid_until: date | None
    source: str
    values: Mapping[ValueKey, RichtlinienWert]

    def is_valid_on(self, day: date) -> bool:
        """Tell whether the guideline is in force on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def validity(self) -> str:
        """The period of validity in words."""
        return validity(self.valid_from, self.valid_until)


def validity(valid_from: date, valid_until: date | None) -> str:
    """Return a period of validity in words; None means until replaced."""
    return f"ab {formats.day(valid_from)}" if valid_until is None else formats.period(valid_from, valid_until)


class Foerderrichtlinien:
    """All known guidelines in the order of their validity; their periods never overlap."""

    def __init__(self, guidelines: Iterable[Foerderrichtlinie]) -> None:
        self._all = tuple(sorted(guidelines, key=lambda guideline: guideline.valid_from))
        ids = [guideline.id for guideline in self._all]
        if len(set(ids)) < len(ids):
            raise FoerderrichtlinieFileError(
                f"Das Kürzel einer Richtlinie kommt zweimal vor: {', '.join(ids)}."
            )
        for earlier, later in pairwise(self._all):
            if earlier.valid_until is None or earlier.valid_until >= later.valid_from:
                raise FoerderrichtlinieFileError(
                    f"Die Richtlinien {earlier.id} und {later.id} gelten gleichzeitig. "
                    "Setzen Sie valid_until der früheren vor valid_from der späteren."
                )

    def __iter__(self) -> Iterator[Foerderrichtlinie]:
        return iter(self._all)

    def named(self, guideline_id: str) -> Foerderrichtlinie:
        """Return the guideline with this id, else `FoerderrichtlinieMissingError`."""
        for guideline in self._all:
            if guideline.id == guideline_id:
                return guideline
        raise FoerderrichtlinieMissingError(
            f"Die Richtlinie {guideline_id} ist nicht hinterlegt. Vorhanden sind: {self._listing()}."
        )

    def on(self, day: date) -> Foerderrichtlinie:
        """Return the guideline in force on `day`, else `FoerderrichtlinieMissingError`."""
        for guideline in self._all:
            if guideline.is_valid_on(day):
                return guideline
        raise FoerderrichtlinieMissingError(
            f"Am {formats.day(day)} gilt keine hinterlegte Förderrichtlinie. Vorhanden: {self._listing()}."
        )

    def for_haushaltsjahr(self, year: int) -> Foerderrichtlinie:
        """Return the guideline in force when the Haushaltsjahr begins."""
        return self.on(date(year, 1, 1))

    def _listing(self) -> str:
        return "; ".join(f"{guideline.id} ({guideline.validity})" for guideline in self._all) or "keine"
