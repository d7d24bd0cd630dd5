"""Which payments fall due soon: the monthly share of the plan, and what people add by hand. Pure.

The plan says what a year costs; its positions are paid month by month. The payments of a month count as due on its last
day [assumed: salaries are paid at the end of the month], within the Förderzeitraum and the Bewilligungszeitraum.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from kimhub.core import money
from kimhub.programme.public import Baustein, Period, Plan, ValueKey

_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DuePayment:
    """A payment in euro, with the own share in it; `payment_id` where it was entered by hand."""

    due_on: date
    amount: Decimal
    text: str
    payment_id: UUID | None = None


def planned_cost(plan: Plan, year: int, baustein: Baustein) -> Decimal:
    """Return what the plan spends on the Baustein in the Förderzeitraum of a Haushaltsjahr, in euro."""
    months = plan.funding.months_in(year)
    return money.round_half_up(
        sum((_cost_of_month(plan, year, month, baustein) for month in months), Fraction(0))
    )


def plan_payments(
    plan: Plan, year: int, baustein: Baustein, *, after: date, until: date, granted_for: Period
) -> list[DuePayment]:
    """Return the plan's payments that fall due after `after` and up to `until`, one for each month.

    The months of a year add up to its cost to the cent.
    """
    months = sorted(plan.funding.months_in(year))
    amounts = money.distribute([_cost_of_month(plan, year, month, baustein) for month in months])
    found = []
    for month, amount in zip(months, amounts, strict=True):
        due_on = date(year, month, monthrange(year, month)[1])
        if amount and after < due_on <= until and month in granted_for.months_in(year):
            found.append(DuePayment(due_on, amount, f"Laut Plan für {_MONTHS[month - 1]} {year}"))
    return found


def _cost_of_month(plan: Plan, year: int, month: int, baustein: Baustein) -> Fraction:
    return sum(_parts_of_month(plan, year, month, baustein), Fraction(0))


def _parts_of_month(plan: Plan, year: int, month: int, baustein: Baustein) -> Iterator[Fraction]:
    for position in plan.positions:
        months = plan.period_of(position).months_in(year)
        if position.function.baustein is baustein and month in months:
            yield plan.cost(position, year) / len(months)
    months = plan.period.months_in(year)
    for line in plan.lines:
        if line.purpose is not None and ValueKey(line.purpose.value).baustein is baustein and month in months:
            yield Fraction(line.amounts.get(year, Decimal(0))) / len(months)
