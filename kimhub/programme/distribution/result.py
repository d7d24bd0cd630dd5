"""What a distribution yields: a share for every party, what stays with the giver, and the money behind it.

Every column adds up: computed shares and shares to the total, amounts to the amount of their Haushaltsjahr.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kimhub.programme.cells import Cell
from kimhub.programme.distribution.inputs import Distribution, Party
from kimhub.programme.distribution.terms import ShareNote
from kimhub.programme.result import Finding, UnverifiedValue


@dataclass(frozen=True, slots=True)
class PartyShare:
    """What one party gets.

    `exact` is its share by the key, `computed` the same with two decimals, made to add up; both None where no key was
    applied (fixed by hand, or waived and redistributed). `kept` is what it would have got and the giver keeps.
    """

    party: Party
    exact: Fraction | None
    computed: Decimal | None
    share: Decimal
    kept: Decimal
    notes: tuple[ShareNote, ...]
    amounts: Mapping[Cell, Decimal]

    @property
    def difference(self) -> Decimal | None:
        """What rounding gave or took: the fundable share less the computed one."""
        return None if self.computed is None else self.share + self.kept - self.computed

    @property
    def amount(self) -> Decimal:
        """The money of all years together, in euro."""
        return sum(self.amounts.values(), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class CellMoney:
    """The money of one Haushaltsjahr: ``total`` = what all parties get + what is `kept`.

    For full-time equivalents the amount is shares × `rate` × `months`/12; for euro there is no rate.
    """

    cell: Cell
    months: int
    rate: Decimal | None
    guideline: str | None
    verified: bool
    source: str | None
    total: Decimal
    kept: Decimal


@dataclass(frozen=True, slots=True)
class DistributionResult:
    """A calculated distribution: ``total`` = `distributed` + `kept`. `minimum` is the one applied."""

    distribution: Distribution
    minimum: Decimal
    smallest_share: Decimal
    shares: tuple[PartyShare, ...]
    cells: tuple[CellMoney, ...]
    unverified: tuple[UnverifiedValue, ...]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> Decimal:
        """What was to be distributed."""
        return self.distribution.total

    @property
    def distributed(self) -> Decimal:
        """What the parties get together."""
        return sum((share.share for share in self.shares), Decimal("0.00"))

    @property
    def kept(self) -> Decimal:
        """What the giver keeps because of waivers."""
        return sum((share.kept for share in self.shares), Decimal("0.00"))
