"""Collect: a plan and the Förderrichtlinien become the document of a Finanzierungsübersicht.

All figures come from the calculator; here they are only put in order and explained in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from kimhub.core.formats import day, euro, full_time_equivalents, number, percent, period
from kimhub.programme.public import (
    COST_ROW,
    EIGENANTEIL_ROW,
    GRANT_ROW,
    Foerderrichtlinie,
    Foerderrichtlinien,
    GrantOfYear,
    GrantStep,
    Period,
    Plan,
    PlanResult,
    Position,
    ResultRow,
    RowKind,
    Unit,
    calculate,
)
from kimhub.programme.public import GrantBasis as PlanGrantBasis
from kimhub.reports.letterhead import Cover
from kimhub.reports.types.finanzierungsuebersicht.document import (
    AT_MOST,
    Amounts,
    Assumption,
    BudgetItem,
    BudgetLine,
    FinanzierungsuebersichtDocument,
    GrantBasis,
    GrantComponent,
    GrantYear,
    GuidelineReference,
    share_in_percent,
)

SUBJECT = "Kommunales Integrationsmanagement nach § 9 TIntG"
ASSUMED = "Annahme im Plan"
_ZERO = Decimal("0.00")

# The check of the document says these itself, from the figures.
_SAID_BY_THE_CHECK = frozenset({"cost_without_grant", "grant_exceeds_cost"})


def collect(
    plan: Plan,
    guidelines: Foerderrichtlinien,
    *,
    cover: Cover,
    scenario: str,
    subject: str = SUBJECT,
) -> FinanzierungsuebersichtDocument:
    """Return the Finanzierungsübersicht of `plan`; `scenario` names the variant, e.g. „Ausgangsplan“.

    Raises :class:`kimhub.programme.errors.PlanInvalidError` as the calculator does.
    """
    result = calculate(plan, guidelines)
    costs = _amounts(result, result.row(COST_ROW))
    grants = _amounts(result, result.row(GRANT_ROW))
    own = _amounts(result, result.row(EIGENANTEIL_ROW))
    return FinanzierungsuebersichtDocument(
        cover=cover,
        subject=subject,
        plan_name=result.title,
        scenario=scenario,
        years=result.years,
        expenses=_expenses(plan, result),
        total_cost=costs,
        income=_income(result, grants),
        eigenanteil=own,
        eigenanteil_percent=tuple(
            share_in_percent(part, whole) for part, whole in zip(own.by_year, costs.by_year, strict=True)
        ),
        eigenanteil_percent_total=result.total.eigenanteil_percent,
        derivation=tuple(_derivation(plan, guidelines, grant) for grant in result.grants),
        guidelines=tuple(_reference(guidelines.named(used.id)) for used in result.guidelines),
        assumptions=(*_assumptions(plan), *_unverified_limits(result)),
        remarks=tuple(
            finding.message for finding in result.findings if finding.code not in _SAID_BY_THE_CHECK
        ),
    )


# --- the table -------------------------------------------------------------------------------------------------------


def _expenses(plan: Plan, result: PlanResult) -> tuple[BudgetLine, ...]:
    """Return the Teilplanzeilen of the costs in the order of the result, each with its rows."""
    notes = {f"positions.{position.id}": _note(plan, position) for position in plan.positions}
    rows = [row for row in result.rows if row.teilplanzeile is not None and row.id != GRANT_ROW]
    lines = []
    for teilplanzeile, group in groupby(rows, key=lambda row: row.teilplanzeile):
        members = list(group)
        (subtotal,) = (row for row in members if row.kind is RowKind.SUBTOTAL)
        lines.append(
            BudgetLine(
                number=str(teilplanzeile),
                title=subtotal.label,
                items=tuple(
                    BudgetItem(row.label, notes.get(row.id, ""), verified=True, amounts=_amounts(result, row))
                    for row in members
                    if row.kind is RowKind.LINE
                ),
                amounts=_amounts(result, subtotal),
            )
        )
    return tuple(lines)


def _income(result: PlanResult, grants: Amounts) -> BudgetLine:
    row = result.row(GRANT_ROW)
    verified = all(step.verified for grant in result.grants for step in grant.steps)
    return BudgetLine(
        number=str(row.teilplanzeile),
        title=row.label,
        items=(BudgetItem("Zuwendung des Landes", "", verified, grants),),
        amounts=grants,
    )


def _amounts(result: PlanResult, row: ResultRow) -> Amounts:
    return Amounts(tuple(row.amounts.get(year, _ZERO) for year in result.years), row.total)


def _note(plan: Plan, position: Position) -> str:
    """Return what a position is: function, pay grade, share, cost of a full position, and where it differs."""
    existence = plan.period_of(position)
    shares = f"{_shares(plan, position)} zu {euro(position.annual_cost)}"
    parts = [position.function.label, position.pay_grade or "", shares]
    if position.base_year is not None and position.base_year != plan.base_year:
        parts.append(f"Stand {position.base_year}")
    if position.pay_rise_percent is not None and position.pay_rise_percent != plan.pay_rise_percent:
        parts.append(
            f"Steigerung {percent(position.pay_rise_percent)} je Jahr"
            if position.pay_rise_percent
            else "ohne Steigerung"
        )
    if existence != plan.period:
        parts.append(_period(existence))
    if position.gemeinde:
        parts.append(f"für {position.gemeinde}")
    return " · ".join(part for part in parts if part)


def _shares(plan: Plan, position: Position) -> str:
    """Return the full-time equivalents: one figure where they stay the same, else one per year."""
    existence = plan.period_of(position)
    shares = {year: plan.fte(position, year) for year in plan.years if year in existence.years}
    if len(set(shares.values())) <= 1:
        return "".join(full_time_equivalents(share) for share in list(shares.values())[:1])
    return ", ".join(f"{year}: {full_time_equivalents(share)}" for year, share in shares.items())


# --- the derivation of the Zuwendung ---------------------------------------------------------------------------------


def _derivation(plan: Plan, guidelines: Foerderrichtlinien, grant: GrantOfYear) -> GrantYear:
    if grant.basis is PlanGrantBasis.BESCHEID:
        reference = grant.reference or ""
        granted = GrantComponent(
            label="Bewilligter Betrag", quantity=None, unit="", rate=None, months=None,
            amount=grant.amount, verified=True, source="",
        )  # fmt: skip
        return GrantYear(grant.year, GrantBasis.ZUWENDUNGSBESCHEID, reference, (granted,), grant.amount)
    guideline = guidelines.named(grant.guideline or "")
    return GrantYear(
        year=grant.year,
        basis=GrantBasis.FOERDERRICHTLINIE,
        reference=guideline.title,
        components=tuple(_component(plan, guideline, step) for step in grant.steps),
        amount=grant.amount,
    )


def _component(plan: Plan, guideline: Foerderrichtlinie, step: GrantStep) -> GrantComponent:
    """Return a step with the source of its rate; what exceeds a cap stands there with a negative quantity."""
    value = None if step.key in plan.rates else guideline.values.get(step.key)
    quantity, unit = _quantity(step)
    return GrantComponent(
        label=step.label,
        quantity=quantity,
        unit=unit,
        rate=step.rate,
        months=step.months,
        amount=step.amount,
        verified=step.verified,
        source=f"{step.baustein.label} · {value.source if value else ASSUMED}",
    )


def _quantity(step: GrantStep) -> tuple[Decimal | None, str]:
    """Return the quantity the rate is multiplied with: full-time equivalents, or halves where the rate is per half."""
    if step.fte is None:
        return None, AT_MOST
    if step.unit is Unit.EURO_PER_HALF_POSITION_YEAR:
        halves = step.fte * 2
        return halves, "halbe Stelle" if abs(halves) == 1 else "halbe Stellen"
    return step.fte, "VZÄ"


def _reference(guideline: Foerderrichtlinie) -> GuidelineReference:
    return GuidelineReference(guideline.title, guideline.valid_from, guideline.valid_until, guideline.source)


# --- what the plan assumes -------------------------------------------------------------------------------------------


def _assumptions(plan: Plan) -> Iterable[Assumption]:
    yield Assumption("Laufzeit des Plans", _period(plan.period), verified=True)
    yield Assumption("Förderzeitraum", _period(plan.funding), verified=True)
    if plan.positions:
        cost = f"je volle Stelle (1,0 VZÄ) und Jahr, Stand {plan.base_year}"
        yield Assumption("Kosten der Stellen", cost, verified=True)
    rise = percent(plan.pay_rise_percent)
    yield Assumption(
        "Tarif- und Besoldungssteigerung", f"{rise} je Jahr ab {plan.base_year + 1}", verified=True
    )
    if plan.source:
        yield Assumption("Grundlage des Plans", plan.source, verified=True)


def _unverified_limits(result: PlanResult) -> Iterable[Assumption]:
    """Return the unverified values that shaped the Zuwendung without being a rate of it, e.g. a Höchstzahl."""
    rates = {step.key for grant in result.grants for step in grant.steps}
    for value in result.unverified:
        if value.key not in rates:
            text = f"{number(value.amount, places=1)} {value.unit.label} ({value.source})"
            yield Assumption(value.key.label, text, verified=False)


def _period(value: Period) -> str:
    return period(value.start, value.end) if value.start != value.end else day(value.start)
