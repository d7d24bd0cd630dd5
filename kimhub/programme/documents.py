"""Plans, results and comparisons as documents: plans from TOML and JSON, everything to JSON.

Both forms of a plan pass the same `PlanSchema`. Amounts in JSON are strings with two decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from kimhub.core import money
from kimhub.core.fields import typed_by_people
from kimhub.programme.comparison import Comparison, Difference
from kimhub.programme.document_parts import finding_to_json, read_toml, unverified_to_json, without_empty
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.paths import field_paths
from kimhub.programme.plan import CostLine, Period, Plan, Position, YearGrant
from kimhub.programme.result import GrantOfYear, GrantStep, PlanResult, ResultRow, Totals
from kimhub.programme.scenarios import ScenarioCell, ScenarioTable
from kimhub.programme.schemas import PlanSchema


def plan_from_toml(content: bytes) -> Plan:
    """Return the plan in a TOML file, else `PlanInvalidError` with every problem found."""
    with typed_by_people():
        return plan_from_json(read_toml(content, PlanInvalidError, "kein Plan"))


def plan_from_json(document: Mapping[str, Any]) -> Plan:
    """Return the plan in a JSON document, else `PlanInvalidError` with every problem found."""
    try:
        plan: Plan = PlanSchema().load(document)
    except ValidationError as error:
        raise PlanInvalidError(field_paths(error)) from error
    return plan


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as a JSON document; `plan_from_json` reads it back to an equal plan."""
    return without_empty(
        title=plan.title,
        source=plan.source,
        base_year=plan.base_year,
        pay_rise_percent=str(plan.pay_rise_percent),
        recipient=without_empty(
            name=plan.recipient.name, kind=plan.recipient.kind.value, ags=plan.recipient.ags
        ),
        period=_period(plan.period),
        funding=_period(plan.funding),
        positions=[_position(position) for position in plan.positions],
        lines=[_line(line) for line in plan.lines],
        grants=[_grant(grant) for grant in plan.grants],
        rates={key.value: money.to_json(amount) for key, amount in plan.rates.items()},
    )


def result_to_json(result: PlanResult) -> dict[str, Any]:
    """Return a calculated plan as JSON: the table, its totals, and how they came about."""
    return {
        "title": result.title,
        "recipient": result.recipient,
        "years": list(result.years),
        "rows": [_row(row) for row in result.rows],
        "total": _totals(result.total),
        "by_year": {str(year): _totals(totals) for year, totals in result.by_year.items()},
        "grants": [_grant_of_year(grant) for grant in result.grants],
        "guidelines": [
            {
                "id": guideline.id,
                "title": guideline.title,
                "valid_from": guideline.valid_from.isoformat(),
                "valid_until": guideline.valid_until and guideline.valid_until.isoformat(),
                "source": guideline.source,
                "years": list(guideline.years),
            }
            for guideline in result.guidelines
        ],
        "unverified": [unverified_to_json(value) for value in result.unverified],
        "findings": [finding_to_json(finding) for finding in result.findings],
    }


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """Return both results and the difference (second less first) as JSON."""
    return {
        "plan": result_to_json(comparison.before),
        "what_if": result_to_json(comparison.after),
        "difference": {
            "years": list(comparison.years),
            "rows": [_row(row) for row in comparison.rows],
            "total": _totals(comparison.total),
            "findings": [finding_to_json(finding) for finding in comparison.findings],
        },
    }


def scenarios_to_json(table: ScenarioTable) -> dict[str, Any]:
    """Return scenarios side by side as JSON; `difference` is to the first one."""
    return {
        "scenarios": [
            {
                "letter": scenario.letter,
                "title": scenario.title,
                "guideline": scenario.guideline,
                "result": result_to_json(scenario.result),
            }
            for scenario in table.scenarios
        ],
        "years": list(table.years),
        "rows": [
            {
                "id": row.id,
                "kind": row.kind.value,
                "label": row.label,
                "by_year": {str(year): _cells(cells) for year, cells in row.by_year.items()},
                "total": _cells(row.total),
            }
            for row in table.rows
        ],
    }


def _cells(cells: Iterable[ScenarioCell]) -> list[dict[str, str | None]]:
    return [
        {
            "amount": money.to_json(cell.amount),
            "difference": None if cell.difference is None else money.to_json(cell.difference),
        }
        for cell in cells
    ]


def _totals(totals: Totals | Difference) -> dict[str, str | None]:
    return {
        "cost": money.to_json(totals.cost),
        "grant": money.to_json(totals.grant),
        "eigenanteil": money.to_json(totals.eigenanteil),
        "eigenanteil_percent": _text(totals.eigenanteil_percent),
    }


def _row(row: ResultRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "teilplanzeile": row.teilplanzeile and row.teilplanzeile.value,
        "label": row.label,
        "pay_grade": row.pay_grade,
        "fte": None if row.fte is None else {str(year): str(share) for year, share in row.fte.items()},
        "amounts": {str(year): money.to_json(amount) for year, amount in row.amounts.items()},
        "total": money.to_json(row.total),
    }


def _grant_of_year(grant: GrantOfYear) -> dict[str, Any]:
    return {
        "year": grant.year,
        "basis": grant.basis.value,
        "amount": money.to_json(grant.amount),
        "guideline": grant.guideline,
        "reference": grant.reference,
        "steps": [_step(step) for step in grant.steps],
    }


def _step(step: GrantStep) -> dict[str, Any]:
    return {
        "key": step.key.value,
        "label": step.label,
        "baustein": step.baustein.value,
        "rate": money.to_json(step.rate),
        "unit": step.unit.value,
        "fte": _text(step.fte),
        "quantity": _text(step.quantity),
        "months": step.months,
        "amount": money.to_json(step.amount),
        "verified": step.verified,
        "source": step.source,
    }


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


def _period(period: Period) -> dict[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _position(position: Position) -> dict[str, Any]:
    fte: Any = position.fte
    if not isinstance(fte, Decimal):
        fte = {str(year): str(share) for year, share in fte.items()}
    return without_empty(
        id=position.id,
        label=position.label,
        function=position.function.value,
        employer=position.employer.value,
        fte=str(fte) if isinstance(fte, Decimal) else fte,
        annual_cost=money.to_json(position.annual_cost),
        pay_grade=position.pay_grade,
        base_year=position.base_year,
        pay_rise_percent=None if position.pay_rise_percent is None else str(position.pay_rise_percent),
        start=position.start and position.start.isoformat(),
        end=position.end and position.end.isoformat(),
        gemeinde=position.gemeinde,
    )


def _line(line: CostLine) -> dict[str, Any]:
    return without_empty(
        id=line.id,
        label=line.label,
        teilplanzeile=line.teilplanzeile.value,
        amounts={str(year): money.to_json(amount) for year, amount in line.amounts.items()},
        purpose=line.purpose and line.purpose.value,
    )


def _grant(grant: YearGrant) -> dict[str, Any]:
    return without_empty(
        year=grant.year,
        basis=grant.basis.value,
        amount=None if grant.amount is None else money.to_json(grant.amount),
        guideline=grant.guideline,
        reference=grant.reference,
    )
