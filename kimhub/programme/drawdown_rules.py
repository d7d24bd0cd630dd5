"""The rules of the Mittelabruf as data: periods, proportion, interest. Each with its source and a `verified` flag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from kimhub.programme.base_rates import BaseRates
from kimhub.programme.day_counts import DayCount

_T = TypeVar("_T")


class InterestFrom(StrEnum):
    """From when money that was used late bears interest."""

    RECEIPT = "receipt"
    DEADLINE = "deadline"

    @property
    def label(self) -> str:
        """The beginning in words."""
        return "ab dem Eingang" if self is InterestFrom.RECEIPT else "ab Ablauf der Frist"


@dataclass(frozen=True, slots=True)
class Rule(Generic[_T]):
    """One value of the rules, where it stands, and whether somebody has verified it."""

    value: _T
    verified: bool
    source: str


@dataclass(frozen=True, slots=True)
class Margin:
    """What is added to the Basiszinssatz, in percentage points; `valid_until` None: until replaced."""

    valid_from: date
    valid_until: date | None
    percentage_points: Decimal
    verified: bool
    source: str

    def is_valid_on(self, day: date) -> bool:
        """Tell whether it applies on `day`."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class DrawdownRules:
    """All of them.

    `call_months`: a call covers payments due within this time. `use_months`: what came in must be used within
    this time. `proportional`: with Festbetragsfinanzierung the Zuwendung pays its share of every payment, the
    recipient's own money the rest. Interest counts from `interest_from`, days by `day_count`.
    """

    call_months: Rule[int]
    use_months: Rule[int]
    proportional: Rule[bool]
    interest_from: Rule[InterestFrom]
    day_count: Rule[DayCount]
    margins: tuple[Margin, ...]
    base_rates: BaseRates

    def margin_on(self, day: date) -> Margin | None:
        """Return the margin that applies on `day`, or None where none is on record."""
        return next((margin for margin in self.margins if margin.is_valid_on(day)), None)

    def unverified(self) -> Iterator[str]:
        """Yield what nobody has verified yet among the rules (not the rates), as sentences."""
        named: tuple[tuple[str, Rule[int] | Rule[bool] | Rule[InterestFrom] | Rule[DayCount]], ...] = (
            ("Zeitraum eines Abrufs", self.call_months),
            ("Frist zur Verwendung", self.use_months),
            ("Anteil der Zuwendung an jeder Zahlung", self.proportional),
            ("Beginn der Verzinsung", self.interest_from),
            ("Zählung der Zinstage", self.day_count),
        )
        for label, rule in named:
            if not rule.verified:
                yield f"{label}: {rule.source}."
