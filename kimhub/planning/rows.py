"""Adding and removing rows of a plan through forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kimhub.core.errors import NotFoundError
from kimhub.core.fields import Amount, Choice, CommandSchema, Day, Share, Text
from kimhub.core.fields.options import Option
from kimhub.programme.public import (
    COST_TEILPLANZEILEN,
    Employer,
    Plan,
    PlanInvalidError,
    PositionFunction,
    Purpose,
    plan_from_json,
    plan_to_json,
)
from tenants.sorting import sort_key

MAX_ID = 40


class PositionForm(CommandSchema):
    """A position as a person describes it."""

    label = Text("Bezeichnung", max_length=200)
    function = Choice("Funktion", options=[Option(item.value, item.label) for item in PositionFunction])
    employer = Choice("Anstellung", options=[Option(item.value, item.label) for item in Employer])
    pay_grade = Text(
        "Entgelt- oder Besoldungsgruppe", max_length=40, optional=True, hint="Zum Beispiel E13 TVöD."
    )
    fte = Share("Stellenanteil", hint="In Vollzeitäquivalenten, zum Beispiel 1,5.")
    annual_cost = Amount(
        "Kosten je Vollzeitstelle und Jahr",
        hint="Im Basisjahr des Plans; bei Trägern die Weiterleitung je Stelle.",
    )
    gemeinde = Text(
        "Gemeinde", max_length=120, optional=True, hint="Nur bei einer zusätzlichen Koordinierungsstelle."
    )
    start = Day("Beginn", optional=True, hint="Wenn die Stelle später als der Plan beginnt.")
    end = Day("Ende", optional=True, hint="Wenn die Stelle früher als der Plan endet.")


class CostLineForm(CommandSchema):
    """A cost that is no position, the same amount in every year; the grid changes single years."""

    label = Text("Bezeichnung", max_length=200)
    teilplanzeile = Choice(
        "Teilplanzeile",
        options=[Option(item.value, f"{item.value} {item.label}") for item in COST_TEILPLANZEILEN],
    )
    purpose = Choice(
        "Fördergegenstand",
        options=[Option(item.value, item.label) for item in Purpose],
        optional=True,
        hint="Wenn die Förderrichtlinie diese Ausgabe bezuschusst.",
    )
    amount = Amount("Betrag je Jahr")


def with_position(plan: Plan, data: Mapping[str, Any]) -> Plan:
    """Return `plan` with one more position; raises `PlanInvalidError` under the form's field names."""
    document = plan_to_json(plan)
    row = {name: value for name, value in data.items() if value not in {None, ""}}
    for name in ("start", "end"):
        if name in row:
            row[name] = row[name].isoformat()
    for name in ("fte", "annual_cost"):
        row[name] = str(row[name])
    document["positions"].append({"id": _new_id(document, row["label"]), **row})
    return _checked(document, f"positions[{len(document['positions']) - 1}].")


def with_line(plan: Plan, data: Mapping[str, Any]) -> Plan:
    """Return `plan` with one more cost line in every funded year."""
    document = plan_to_json(plan)
    amount = str(data["amount"])
    row = {name: value for name, value in data.items() if value not in {None, ""} and name != "amount"}
    row["amounts"] = {str(year): amount for year in plan.funding.years}
    document["lines"].append({"id": _new_id(document, row["label"]), **row})
    return _checked(document, f"lines[{len(document['lines']) - 1}].")


def without_row(plan: Plan, row_id: str) -> Plan:
    """Return `plan` without the row; raises `NotFoundError` when it has none of that id."""
    document = plan_to_json(plan)
    before = len(document["positions"]) + len(document["lines"])
    for group in ("positions", "lines"):
        document[group] = [row for row in document[group] if row["id"] != row_id]
    if len(document["positions"]) + len(document["lines"]) == before:
        raise NotFoundError
    return plan_from_json(document)


def _checked(document: dict[str, Any], prefix: str) -> Plan:
    try:
        return plan_from_json(document)
    except PlanInvalidError as error:
        raise PlanInvalidError({p.removeprefix(prefix): m for p, m in error.fields.items()}) from error


def _new_id(document: Mapping[str, Any], label: str) -> str:
    """Return an id for the row made from its label, free in this plan."""
    words = sort_key(label).encode("ascii", "ignore").decode().replace(" ", "_").lstrip("0123456789_")
    stem = words[:MAX_ID].rstrip("_") or "zeile"
    taken = {row["id"] for group in ("positions", "lines") for row in document[group]}
    candidate, number = stem, 2
    while candidate in taken:
        candidate, number = f"{stem}_{number}", number + 1
    return candidate
