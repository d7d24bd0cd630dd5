"""Two calculated plans side by side: the second less the first, row by row and year by year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kimhub.core import formats
from kimhub.programme.result import (
    COST_ROW,
    EIGENANTEIL_ROW,
    GRANT_ROW,
    Finding,
    FindingLevel,
    PlanResult,
    ResultRow,
    RowKind,
)
from kimhub.programme.terms import GrantBasis

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes in total, in euro; the percentage in points, None where one of the plans costs nothing."""

    cost: Decimal
    grant: Decimal
    eigenanteil: Decimal
    eigenanteil_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results and their difference (`after` less `before`); `rows` has every row of either plan."""

    before: PlanResult
    after: PlanResult
    years: tuple[int, ...]
    rows: tuple[ResultRow, ...]
    total: Difference
    findings: tuple[Finding, ...]


def compare(before: PlanResult, after: PlanResult) -> Comparison:
    """Return both results with the difference `after` less `before`."""
    years = tuple(sorted({*before.years, *after.years}))
    return Comparison(
        before=before,
        after=after,
        years=years,
        rows=tuple(_difference(before, after, row, years) for row in merge_rows(after.rows, before.rows)),
        total=Difference(
            cost=after.total.cost - before.total.cost,
            grant=after.total.grant - before.total.grant,
            eigenanteil=after.total.eigenanteil - before.total.eigenanteil,
            eigenanteil_percent=_minus(after.total.eigenanteil_percent, before.total.eigenanteil_percent),
        ),
        findings=tuple(_fixed_grants(before, after)),
    )


def _minus(new: Decimal | None, old: Decimal | None) -> Decimal | None:
    return None if new is None or old is None else new - old


def merge_rows(rows: Iterable[ResultRow], further: Iterable[ResultRow]) -> list[ResultRow]:
    """Return `rows` and those of `further` that they lack, each at the end of its Teilplanzeile."""
    merged = list(rows)
    known = {row.id for row in merged}
    for row in (row for row in further if row.id not in known):
        place = next(
            (index for index, other in enumerate(merged) if _order(other) > _order(row)),
            len(merged),
        )
        merged.insert(place, row)
    return merged


def _order(row: ResultRow) -> tuple[int, str, int]:
    """Cost rows by Teilplanzeile with the subtotal last, then the total cost, the grant, the Eigenanteil."""
    tail = (COST_ROW, GRANT_ROW, EIGENANTEIL_ROW)
    if row.id in tail:
        return (1 + tail.index(row.id), "", 0)
    return (0, row.teilplanzeile.value if row.teilplanzeile else "", int(row.kind is RowKind.SUBTOTAL))


def _difference(before: PlanResult, after: PlanResult, row: ResultRow, years: tuple[int, ...]) -> ResultRow:
    old, new = (_amounts(result, row.id) for result in (before, after))
    amounts = {year: new.get(year, _ZERO) - old.get(year, _ZERO) for year in years}
    return ResultRow(row.id, row.kind, row.teilplanzeile, row.label, amounts, pay_grade=row.pay_grade)


def _amounts(result: PlanResult, row_id: str) -> dict[int, Decimal]:
    return next((dict(row.amounts) for row in result.rows if row.id == row_id), {})


def _fixed_grants(before: PlanResult, after: PlanResult) -> list[Finding]:
    """Years whose costs change while a Bescheid holds the grant: the grant will not follow by itself."""
    old_cost, new_cost = _amounts(before, COST_ROW), _amounts(after, COST_ROW)
    return [
        Finding(
            "grant_fixed_by_bescheid",
            FindingLevel.HINT,
            f"grants.{grant.year}",
            f"{grant.year}: Die Zuwendung von {formats.euro(grant.amount)} steht im Bescheid und folgt der "
            "Änderung nicht. Prüfen Sie, ob ein Änderungsbescheid nötig ist.",
        )
        for grant in after.grants
        if grant.basis is GrantBasis.BESCHEID and old_cost.get(grant.year) != new_cost.get(grant.year)
    ]
