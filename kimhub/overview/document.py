"""The overview as JSON: API and terminal give the same. Amounts are strings with two decimals, in euro."""

from __future__ import annotations

from typing import Any

from kimhub.core.money import to_json
from kimhub.overview.collect import Overview
from kimhub.overview.figures import BausteinFigures, LineFigures, YearFigures


def overview_to_json(shown: Overview) -> dict[str, Any]:
    """Return everything the page shows."""
    return {
        "as_of": shown.as_of.isoformat(),
        "year": shown.year,
        "guidelines": list(shown.guidelines),
        "unverified": shown.unverified,
        "plans": [
            {"id": str(plan.id), "title": plan.title, "version": plan.version, "linked": plan.linked}
            for plan in shown.plans
        ],
        "years": [_year(year) for year in shown.years if year.bausteine],
        "recipients": [
            {
                "kind": "gemeinde" if row.kind is None else row.kind.value,
                "name": row.name,
                "allocated": to_json(row.allocated),
                "confirmed": to_json(row.confirmed),
                "unanswered": to_json(row.unanswered),
                "objected": to_json(row.objected),
                "waived": to_json(row.waived),
                "passed_on": to_json(row.passed_on),
                "spent": None if row.spent is None else to_json(row.spent),
                "spent_as_of": row.spent_as_of and row.spent_as_of.isoformat(),
            }
            for row in shown.recipients
        ],
        "alerts": [
            {
                "code": alert.kind.value,
                "year": alert.year,
                "baustein": alert.baustein and int(alert.baustein),
                "title": alert.title,
                "detail": alert.detail,
            }
            for alert in shown.alerts
        ],
    }


def _year(year: YearFigures) -> dict[str, Any]:
    return {
        "year": year.year,
        "booked_until": year.booked_until and year.booked_until.isoformat(),
        **_sums(year),
        "bausteine": [
            {
                "baustein": part.baustein and int(part.baustein),
                **_sums(part),
                "lines": [_line(line) for line in part.lines],
            }
            for part in year.bausteine
        ],
    }


def _sums(of: BausteinFigures | YearFigures) -> dict[str, Any]:
    return {
        **_amounts(of),
        "drawn": None if of.drawn is None else to_json(of.drawn),
        "eigenanteil": None if of.eigenanteil is None else to_json(of.eigenanteil),
        "lapsing": to_json(of.lapsing),
    }


def _line(line: LineFigures) -> dict[str, Any]:
    return {
        "teilplanzeile": line.teilplanzeile.value,
        **_amounts(line),
        "for_others": to_json(line.for_others),
    }


def _amounts(of: BausteinFigures | YearFigures | LineFigures) -> dict[str, Any]:
    return {
        "granted": to_json(of.granted),
        "received": to_json(of.received),
        "passed_on": to_json(of.passed_on),
        "planned": None if of.planned is None else to_json(of.planned),
        "spent": to_json(of.spent),
        "remaining": to_json(of.remaining),
        "forecast": to_json(of.forecast),
    }
