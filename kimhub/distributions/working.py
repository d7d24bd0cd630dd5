"""A distribution worked out beside the fund it takes from: shares, money, and what is left afterwards. No storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kimhub.core import formats
from kimhub.core.errors import InvalidInputError
from kimhub.distributions.errors import refusals
from kimhub.funding.public import FundView
from kimhub.programme.public import (
    Cell,
    Distribution,
    DistributionInvalidError,
    DistributionResult,
    distribute,
    load_foerderrichtlinien,
)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One cell: what is left in the fund, and what the distribution takes of it, in euro."""

    cell: Cell
    left: Decimal
    needed: Decimal

    @property
    def after(self) -> Decimal:
        """What stays in the fund; negative where it does not reach."""
        return self.left - self.needed

    @property
    def missing(self) -> str | None:
        """What is missing, as a sentence; None where the fund covers it."""
        if self.after >= 0:
            return None
        lacking, left = formats.euro(-self.after), formats.euro(self.left)
        return f"{self.cell.label}: Es fehlen {lacking}; noch verfügbar sind {left}."


@dataclass(frozen=True, slots=True)
class Worked:
    """A distribution and what came of it: a result, or the problems that stand in its way."""

    distribution: Distribution
    fund: FundView
    result: DistributionResult | None = None
    coverage: tuple[Coverage, ...] = ()
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """What the fund lacks."""
        return [sentence for covered in self.coverage if (sentence := covered.missing)]

    @property
    def possible(self) -> bool:
        """Whether allocations can be made of it."""
        return self.result is not None and bool(self.coverage) and not self.missing


def calculate_distribution(distribution: Distribution) -> DistributionResult:
    """Return the calculated distribution; raises `InvalidInputError`."""
    with refusals():
        return distribute(distribution, load_foerderrichtlinien())


def work_out(distribution: Distribution, fund: FundView) -> Worked:
    """Return the distribution beside its fund; what cannot be calculated becomes `problems`."""
    try:
        result = distribute(distribution, load_foerderrichtlinien())
    except DistributionInvalidError as error:
        return Worked(distribution, fund, problems=error.fields)
    needed = {money.cell: money.total - money.kept for money in result.cells}
    return Worked(distribution, fund, result, coverage(fund, needed))


def coverage(fund: FundView, needed: Mapping[Cell, Decimal]) -> tuple[Coverage, ...]:
    """Return each cell with what is left of it in `fund` and what is needed."""
    left = {balance.cell: balance.left for balance in fund.balances}
    return tuple(Coverage(cell, left.get(cell, Decimal("0.00")), amount) for cell, amount in needed.items())


def require_possible(worked: Worked) -> DistributionResult:
    """Return the result; raises `InvalidInputError` where there is none."""
    if worked.result is None:
        raise InvalidInputError(
            "So lässt sich nicht verteilen. Bitte prüfen Sie die genannten Felder.",
            fields={path: list(messages) for path, messages in worked.problems.items()},
        )
    return worked.result
