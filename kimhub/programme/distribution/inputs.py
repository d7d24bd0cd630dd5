"""A distribution as inputs only: what is distributed, by which key, among whom. `schemas` checks it field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kimhub.programme.distribution.terms import DistributionMethod, Measure, Waiver
from kimhub.programme.plan import Period
from kimhub.programme.terms import GrantPurpose, ValueKey


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """What the key figures count, of which day they are, and where they stand."""

    name: str
    day: date | None = None
    source: str | None = None

    @property
    def label(self) -> str:
        """The name with its day, e.g. „Einwohnerzahl (31.12.2019)“."""
        return self.name if self.day is None else f"{self.name} ({self.day:%d.%m.%Y})"


@dataclass(frozen=True, slots=True)
class Party:
    """One who takes part, usually a Gemeinde.

    `key` is its key figure. `share` is fixed by hand: the party gets exactly that, the rest is distributed among the
    others. `note` is only repeated in the result.
    """

    name: str
    ags: str | None = None
    key: Decimal | None = None
    share: Decimal | None = None
    waiver: Waiver | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MoneyBehind:
    """The money that the shares stand for: a purpose and whole months; `guideline` if not the one in force."""

    purpose: GrantPurpose
    period: Period
    guideline: str | None = None


@dataclass(frozen=True, slots=True)
class Distribution:
    """What is distributed and how.

    `total`, `step` and `minimum` are full-time equivalents or euro by `measure`. Without a `minimum` the guideline of
    `money` decides (Baustein 2), else the step. With `minimum_for_all` every party gets at least the minimum. `rates`
    are assumptions that replace or complete values of the guideline.
    """

    title: str
    measure: Measure
    total: Decimal
    method: DistributionMethod
    step: Decimal
    parties: tuple[Party, ...]
    minimum: Decimal | None = None
    minimum_for_all: bool = False
    key_figure: KeyFigure | None = None
    money: MoneyBehind | None = None
    rates: Mapping[ValueKey, Decimal] = field(default_factory=dict)
    source: str | None = None
