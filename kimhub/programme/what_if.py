"""What-if changes: ``positions.case_management.fte.2022=2`` and the like, applied to a plan.

A path names a field as it stands in the plan document; positions and lines are named by their id, grants by
their year. The changed document passes the same rules as any plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kimhub.core.echo import echo
from kimhub.core.fields import typed_by_people
from kimhub.programme.documents import plan_from_json, plan_to_json
from kimhub.programme.errors import DocumentInvalidError, PlanInvalidError
from kimhub.programme.plan import Plan
from kimhub.programme.terms import GrantBasis

_ALIASES = {"rate": "annual_cost", "pay_rise": "pay_rise_percent"}
_EXAMPLE = "Schreiben Sie zum Beispiel positions.case_management.fte.2022=2."


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the path of a field and its new value as typed."""

    path: str
    value: str

    def __str__(self) -> str:
        """Return the form it is typed in."""
        return f"{self.path}={self.value}"


def parse_changes(
    texts: Iterable[str],
    *,
    example: str = _EXAMPLE,
    refusal: type[DocumentInvalidError] = PlanInvalidError,
) -> list[Change]:
    """Return the changes typed as ``path=value``; `refusal` names all that are not of this form."""
    changes: list[Change] = []
    problems: dict[str, list[str]] = {}
    for text in texts:
        path, _, value = (part.strip() for part in text.partition("="))
        if path and value:
            changes.append(Change(path, value))
        else:
            problems[echo(text, 100)] = [f"Der Änderung fehlt der Pfad oder der Wert. {example}"]
    if problems:
        raise refusal(problems)
    return changes


def apply_changes(plan: Plan, changes: Iterable[Change]) -> Plan:
    """Return `plan` with all `changes` made, in their order.

    Raises `PlanInvalidError`: under the path of a change that names nothing (what can be named is listed), or
    under the field that breaks a rule after the changes.
    """
    document = plan_to_json(plan)
    problems: dict[str, list[str]] = {}
    for change in changes:
        try:
            _apply(document, plan, change)
        except _NoSuchFieldError as error:
            problems.setdefault(echo(change.path, 100), []).append(str(error))
    if problems:
        raise PlanInvalidError(problems)
    with typed_by_people():
        return plan_from_json(document)


class _NoSuchFieldError(LookupError):
    """A path names nothing in the plan."""


def _apply(document: dict[str, Any], plan: Plan, change: Change) -> None:
    head, *rest = [_ALIASES.get(part, part) for part in change.path.split(".")]
    if head in ("positions", "lines"):
        _change_row(document, plan, head, rest, change.value)
    elif head == "grants":
        _change_grant(document, rest, change.value)
    elif head in ("period", "funding", "rates", "recipient") and len(rest) == 1:
        document.setdefault(head, {})[rest[0]] = change.value
    elif head in ("base_year", "pay_rise_percent") and not rest:
        document[head] = change.value
    elif head in ("start", "end") and not rest:
        document["period"][head] = change.value
    else:
        raise _NoSuchFieldError(
            "Diesen Pfad gibt es nicht. Möglich sind positions, lines, grants, rates, period, funding, "
            f"pay_rise_percent und base_year. {_EXAMPLE}"
        )


def _change_row(document: dict[str, Any], plan: Plan, head: str, rest: list[str], value: str) -> None:
    rows = {row["id"]: row for row in document[head]}
    if not rest or rest[0] not in rows:
        raise _NoSuchFieldError(f"Diese Zeile gibt es nicht. Vorhanden sind: {', '.join(rows) or 'keine'}.")
    row, fields = rows[rest[0]], rest[1:]
    if head == "lines" and len(fields) == 1 and fields[0].isdecimal():
        fields = ["amounts", *fields]
    match fields:
        case [("fte" | "amounts") as name, year]:
            if not isinstance(row[name], dict):
                row[name] = _spread(plan, row["id"], row[name])
            row[name][year] = value
        case [name]:
            row[name] = value
        case _:
            raise _NoSuchFieldError(f"Nennen Sie nach {rest[0]} ein Feld dieser Zeile. {_EXAMPLE}")


def _spread(plan: Plan, position_id: str, share: str) -> dict[str, str]:
    """Return a constant share as one entry per year of the position."""
    position = next(position for position in plan.positions if position.id == position_id)
    return {str(year): share for year in plan.period_of(position).years}


def _change_grant(document: dict[str, Any], rest: list[str], value: str) -> None:
    if len(rest) != 2 or not rest[0].isdecimal():
        raise _NoSuchFieldError("Nennen Sie Jahr und Feld, zum Beispiel grants.2022.amount=800000.")
    year, name = rest
    grants: list[dict[str, Any]] = document["grants"]
    grant = next((grant for grant in grants if str(grant["year"]) == year), None)
    if grant is None:
        grant = {"year": year}
        grants.append(grant)
    grant[name] = value
    if name == "amount":
        _make_basis(grant, GrantBasis.BESCHEID, drop="guideline")
    elif name == "guideline" or (name == "basis" and value == GrantBasis.GUIDELINE.value):
        _make_basis(grant, GrantBasis.GUIDELINE, drop="amount")


def _make_basis(grant: dict[str, Any], basis: GrantBasis, *, drop: str) -> None:
    """Keep the entry consistent: a given amount means a Bescheid, a guideline a computed amount."""
    grant["basis"] = basis.value
    grant.pop(drop, None)


def describe(changes: Iterable[Change]) -> str:
    """Return the changes in one line, as typed."""
    return ", ".join(str(change) for change in changes)
