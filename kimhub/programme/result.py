"""What a calculation yields: the table of costs, grant and Eigenanteil, and how every figure came about.

All amounts are euro with two decimals and add up in every column: rows to their Teilplanzeile, Teilplanzeilen
to the cost of the year, cost less grant to the Eigenanteil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kimhub.core import money
from kimhub.programme.foerderrichtlinien import validity
from kimhub.programme.terms import Baustein, GrantBasis, Teilplanzeile, Unit, ValueKey

COST_ROW = "cost"
GRANT_ROW = "teilplanzeile.02"
EIGENANTEIL_ROW = "eigenanteil"


class RowKind(StrEnum):
    """Whether a row is an input line, the sum of a Teilplanzeile, or a total of the plan."""

    LINE = "line"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row of the table. `id` is the path of the input it came from, or names the sum.

    `fte` holds the share per year where the row is a position.
    """

    id: str
    kind: RowKind
    teilplanzeile: Teilplanzeile | None
    label: str
    amounts: Mapping[int, Decimal]
    pay_grade: str | None = None
    fte: Mapping[int, Decimal] | None = None

    @property
    def total(self) -> Decimal:
        """The sum over all years."""
        return sum(self.amounts.values(), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class GrantStep:
    """One step of a grant's derivation, rounded so that all steps of a year add up to its grant.

    By count: `rate` × `quantity` × `months`/12. With an upper limit per year (`fte` and `quantity` None): the
    planned cost, at most `rate` × `months`/12. A negative share is what exceeds a cap. `source` says where the
    rate stands.
    """

    key: ValueKey
    label: str
    rate: Decimal
    fte: Decimal | None
    months: int
    amount: Decimal
    verified: bool
    source: str

    @property
    def quantity(self) -> Decimal | None:
        """How often the rate counts: full-time equivalents, or half positions where the rate is for those."""
        if self.fte is None:
            return None
        return self.fte * 2 if self.unit is Unit.EURO_PER_HALF_POSITION_YEAR else self.fte

    @property
    def baustein(self) -> Baustein:
        """The Baustein that pays."""
        return self.key.baustein

    @property
    def unit(self) -> Unit:
        """What the rate is counted in."""
        return self.key.unit


@dataclass(frozen=True, slots=True)
class GrantOfYear:
    """The grant of one Haushaltsjahr; `steps` only where a guideline was applied."""

    year: int
    basis: GrantBasis
    amount: Decimal
    guideline: str | None = None
    reference: str | None = None
    steps: tuple[GrantStep, ...] = ()


@dataclass(frozen=True, slots=True)
class GuidelineUsed:
    """A Förderrichtlinie that the calculation applied, and for which years."""

    id: str
    title: str
    valid_from: date
    valid_until: date | None
    source: str
    years: tuple[int, ...]

    @property
    def validity(self) -> str:
        """The period of validity in words."""
        return validity(self.valid_from, self.valid_until)


@dataclass(frozen=True, slots=True)
class UnverifiedValue:
    """A value that entered the result although nobody has verified it („ungeprüft").

    `guideline` is None for an assumption of the plan itself.
    """

    key: ValueKey
    amount: Decimal
    source: str
    guideline: str | None

    @property
    def unit(self) -> Unit:
        """What the amount is counted in."""
        return self.key.unit


class FindingLevel(StrEnum):
    """A warning needs a decision, a hint only attention."""

    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the planner should know: a stable code, the field it is about, and a German sentence."""

    code: str
    level: FindingLevel
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Cost, grant and Eigenanteil; the percentage is of the cost, one decimal, None where nothing costs.

    The Eigenanteil is what the grant leaves of the cost, per Haushaltsjahr and never negative (fachlichkeit.md §2):
    what one year has too much pays for no other.
    """

    cost: Decimal
    grant: Decimal
    eigenanteil: Decimal
    eigenanteil_percent: Decimal | None


def own_share(cost: Decimal, grant: Decimal) -> Decimal:
    """Return the Eigenanteil of one Haushaltsjahr."""
    return max(cost - grant, Decimal("0.00"))


def totals(cost: Decimal, grant: Decimal, own: Decimal) -> Totals:
    """Return the totals; the Eigenanteil also as a percentage of the cost, commercially to one decimal."""
    percent = money.round_half_up(Fraction(own) * 100 / Fraction(cost), Decimal("0.1")) if cost else None
    return Totals(cost, grant, own, percent)


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A calculated plan."""

    title: str
    recipient: str
    years: tuple[int, ...]
    rows: tuple[ResultRow, ...]
    total: Totals
    grants: tuple[GrantOfYear, ...]
    guidelines: tuple[GuidelineUsed, ...]
    unverified: tuple[UnverifiedValue, ...]
    findings: tuple[Finding, ...]

    @property
    def by_year(self) -> dict[int, Totals]:
        """Cost, grant and Eigenanteil of every Haushaltsjahr."""
        cost, grant, own = (self.row(row).amounts for row in (COST_ROW, GRANT_ROW, EIGENANTEIL_ROW))
        return {year: totals(cost[year], grant[year], own[year]) for year in self.years}

    def row(self, row_id: str) -> ResultRow:
        """Return the row with this id, else `KeyError`."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise KeyError(row_id)
