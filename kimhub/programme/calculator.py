"""The calculator: a plan and the Förderrichtlinien in, the whole table out. Pure and deterministic.

Rounding (commercial, sum-preserving): in every Haushaltsjahr the total cost is rounded once, the
Teilplanzeilen are made to add up to it, and their rows to them. So every column adds up, and a row differs
from its exact value by less than a cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from kimhub.core import formats, money
from kimhub.programme.errors import FoerderrichtlinieMissingError, PlanInvalidError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinie, Foerderrichtlinien
from kimhub.programme.grants import derive_grant
from kimhub.programme.plan import Plan, YearGrant
from kimhub.programme.result import (
    COST_ROW,
    EIGENANTEIL_ROW,
    GRANT_ROW,
    Finding,
    FindingLevel,
    GrantOfYear,
    GuidelineUsed,
    PlanResult,
    ResultRow,
    RowKind,
    UnverifiedValue,
    own_share,
    totals,
)
from kimhub.programme.terms import GrantBasis, Teilplanzeile

_ZERO = Decimal("0.00")


def calculate(plan: Plan, guidelines: Foerderrichtlinien) -> PlanResult:
    """Return costs, grant and Eigenanteil of `plan` per Haushaltsjahr.

    Raises `PlanInvalidError` where no guideline applies to a year that is to be computed by guideline, or the
    cost of a year reaches 10^12 euro.
    """
    applied = _guidelines_of(plan, guidelines)
    cost_rows = _cost_rows(plan)
    cost = next(row for row in cost_rows if row.id == COST_ROW)
    grants: list[GrantOfYear] = []
    findings = _unused_shares(plan)
    unverified: dict[UnverifiedValue, None] = {}
    for entry in sorted(plan.grants, key=lambda entry: entry.year):
        if entry.basis is GrantBasis.BESCHEID:
            amount = entry.amount or _ZERO
            grants.append(GrantOfYear(entry.year, entry.basis, amount, reference=entry.reference))
            continue
        guideline = applied[entry.year]
        derived = derive_grant(plan, entry.year, guideline)
        grants.append(
            GrantOfYear(entry.year, entry.basis, derived.amount, guideline=guideline.id, steps=derived.steps)
        )
        findings += derived.findings
        unverified.update(dict.fromkeys(derived.unverified))
    granted = {grant.year: grant.amount for grant in grants}
    findings += _grant_findings(plan, cost.amounts, granted)
    grant_row = ResultRow(
        GRANT_ROW, RowKind.SUBTOTAL, Teilplanzeile.ZUWENDUNGEN, Teilplanzeile.ZUWENDUNGEN.label,
        {year: granted.get(year, _ZERO) for year in plan.years},
    )  # fmt: skip
    eigenanteil = ResultRow(
        EIGENANTEIL_ROW, RowKind.TOTAL, None, "Eigenanteil",
        {year: own_share(cost.amounts[year], grant_row.amounts[year]) for year in plan.years},
    )  # fmt: skip
    return PlanResult(
        title=plan.title,
        recipient=plan.recipient.name,
        years=tuple(plan.years),
        rows=(*cost_rows, grant_row, eigenanteil),
        total=totals(cost.total, grant_row.total, eigenanteil.total),
        grants=tuple(grants),
        guidelines=_used(applied),
        unverified=tuple(unverified),
        findings=tuple(findings),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """An input line with its exact cost per year."""

    row: ResultRow
    teilplanzeile: Teilplanzeile
    exact: Mapping[int, Fraction]


def _cost_rows(plan: Plan) -> list[ResultRow]:
    """Return the rows of all costs, grouped by Teilplanzeile, with subtotals and the total."""
    lines = _lines(plan)
    groups = [
        (teilplanzeile, [line for line in lines if line.teilplanzeile is teilplanzeile])
        for teilplanzeile in Teilplanzeile
        if any(line.teilplanzeile is teilplanzeile for line in lines)
    ]
    cells: dict[str, dict[int, Decimal]] = {}
    for year in plan.years:
        exact_sums = [sum((line.exact[year] for line in group), Fraction(0)) for _, group in groups]
        total = money.round_half_up(sum(exact_sums, Fraction(0)))
        if total >= money.LIMIT:
            message = f"Die Kosten für {year} sind zu hoch. Prüfen Sie Stellen und Beträge."
            raise PlanInvalidError({"positions": [message]})
        cells.setdefault(COST_ROW, {})[year] = total
        subtotals = money.distribute(exact_sums, total=total)
        for (teilplanzeile, group), subtotal in zip(groups, subtotals, strict=True):
            cells.setdefault(_subtotal_id(teilplanzeile), {})[year] = subtotal
            amounts = money.distribute([line.exact[year] for line in group], total=subtotal)
            for line, amount in zip(group, amounts, strict=True):
                cells.setdefault(line.row.id, {})[year] = amount
    rows: list[ResultRow] = []
    for teilplanzeile, group in groups:
        rows += [
            ResultRow(
                id=line.row.id, kind=RowKind.LINE, teilplanzeile=teilplanzeile, label=line.row.label,
                amounts=cells[line.row.id], pay_grade=line.row.pay_grade, fte=line.row.fte,
            )
            for line in group
        ]  # fmt: skip
        subtotal_id = _subtotal_id(teilplanzeile)
        rows.append(
            ResultRow(subtotal_id, RowKind.SUBTOTAL, teilplanzeile, teilplanzeile.label, cells[subtotal_id])
        )
    return [*rows, ResultRow(COST_ROW, RowKind.TOTAL, None, "Gesamtaufwendungen", cells[COST_ROW])]


def _lines(plan: Plan) -> list[_Line]:
    lines: list[_Line] = []
    for position in plan.positions:
        row = ResultRow(
            id=f"positions.{position.id}",
            kind=RowKind.LINE,
            teilplanzeile=position.teilplanzeile,
            label=position.label,
            amounts={},
            pay_grade=position.pay_grade,
            fte={year: plan.fte(position, year) for year in plan.years},
        )
        exact = {year: plan.cost(position, year) for year in plan.years}
        lines.append(_Line(row, position.teilplanzeile, exact))
    for line in plan.lines:
        row = ResultRow(f"lines.{line.id}", RowKind.LINE, line.teilplanzeile, line.label, {})
        amounts = {year: Fraction(line.amounts.get(year, _ZERO)) for year in plan.years}
        lines.append(_Line(row, line.teilplanzeile, amounts))
    return lines


def _subtotal_id(teilplanzeile: Teilplanzeile) -> str:
    return f"teilplanzeile.{teilplanzeile.value}"


def _guidelines_of(plan: Plan, guidelines: Foerderrichtlinien) -> dict[int, Foerderrichtlinie]:
    """Return the guideline of every year that is computed by one; all gaps are reported together."""
    applied: dict[int, Foerderrichtlinie] = {}
    problems: dict[str, list[str]] = {}
    for index, entry in enumerate(plan.grants):
        if entry.basis is not GrantBasis.GUIDELINE:
            continue
        try:
            applied[entry.year] = _guideline_of(plan, entry, guidelines)
        except FoerderrichtlinieMissingError as error:
            cure = (
                "Nennen Sie eine vorhandene Richtlinie oder den Betrag aus dem Bescheid (basis = bescheid)."
            )
            problems[f"grants[{index}].guideline"] = [f"{error} {cure}"]
    if problems:
        raise PlanInvalidError(problems)
    return applied


def _guideline_of(plan: Plan, entry: YearGrant, guidelines: Foerderrichtlinien) -> Foerderrichtlinie:
    """Return the guideline named, else the one in force on the first funded day of the Haushaltsjahr."""
    if entry.guideline:
        return guidelines.named(entry.guideline)
    return guidelines.on(max(date(entry.year, 1, 1), plan.funding.start))


def _used(applied: Mapping[int, Foerderrichtlinie]) -> tuple[GuidelineUsed, ...]:
    unique = {guideline.id: guideline for _, guideline in sorted(applied.items())}
    return tuple(
        GuidelineUsed(
            id=guideline.id,
            title=guideline.title,
            valid_from=guideline.valid_from,
            valid_until=guideline.valid_until,
            source=guideline.source,
            years=tuple(sorted(year for year, used in applied.items() if used.id == guideline.id)),
        )
        for guideline in unique.values()
    )


def _unused_shares(plan: Plan) -> list[Finding]:
    """Shares for years in which the position does not exist."""
    return [
        Finding(
            "fte_without_effect",
            FindingLevel.WARNING,
            f"positions[{index}].fte.{year}",
            f"Der Stellenanteil für {year} bleibt ohne Wirkung: „{position.label}“ besteht in diesem Jahr "
            "nicht. Ändern Sie Beginn oder Ende, wenn die Stelle dann bestehen soll.",
        )
        for index, position in enumerate(plan.positions)
        if not isinstance(position.fte, Decimal)
        for year, share in position.fte.items()
        if share and year not in plan.period_of(position).years
    ]


def _grant_findings(plan: Plan, cost: Mapping[int, Decimal], granted: Mapping[int, Decimal]) -> list[Finding]:
    findings: list[Finding] = []
    for year in plan.years:
        if year not in granted and cost[year]:
            message = f"{year}: Kosten von {formats.euro(cost[year])} entstehen ohne Zuwendung."
            findings.append(Finding("cost_without_grant", FindingLevel.HINT, "grants", message))
        over = granted.get(year, _ZERO) - cost[year]
        if over > 0:
            message = (
                f"{year}: Die Zuwendung übersteigt die Kosten um {formats.euro(over)}. Mehr als die Ausgaben "
                "wird nicht gefördert. Prüfen Sie Kosten und Zuwendung."
            )
            findings.append(Finding("grant_exceeds_cost", FindingLevel.WARNING, "grants", message))
    return findings
