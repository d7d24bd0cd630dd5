"""Adding, correcting and removing rows of a plan through forms, and what the plan as a whole says."""

from __future__ import annotations

import re
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


class PositionWordsForm(CommandSchema):
    """What a position is called and is; its figures stand in the grid."""

    label = Text("Bezeichnung", max_length=200)
    function = Choice("Funktion", options=[Option(item.value, item.label) for item in PositionFunction])
    employer = Choice("Anstellung", options=[Option(item.value, item.label) for item in Employer])
    pay_grade = Text(
        "Entgelt- oder Besoldungsgruppe", max_length=40, optional=True, hint="Zum Beispiel E13 TVöD."
    )
    gemeinde = Text(
        "Gemeinde", max_length=120, optional=True, hint="Nur bei einer zusätzlichen Koordinierungsstelle."
    )


class PositionForm(PositionWordsForm):
    """A position as a person describes it."""

    fte = Share("Stellenanteil", hint="In Vollzeitäquivalenten, zum Beispiel 1,5.")
    annual_cost = Amount(
        "Kosten je Vollzeitstelle und Jahr",
        hint="Im Basisjahr des Plans; bei Trägern die Weiterleitung je Stelle.",
    )
    start = Day("Beginn", optional=True, hint="Wenn die Stelle später als der Plan beginnt.")
    end = Day("Ende", optional=True, hint="Wenn die Stelle früher als der Plan endet.")


class CostLineWordsForm(CommandSchema):
    """What a cost is called and belongs to; its amounts stand in the grid."""

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


class CostLineForm(CostLineWordsForm):
    """A cost that is no position, the same amount in every year; the grid changes single years."""

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


def words_of(plan: Plan, row_id: str) -> tuple[CommandSchema, dict[str, Any]]:
    """Return the form in which a row's words are corrected, and what they are; raises `NotFoundError`."""
    document = plan_to_json(plan)
    schemas: Mapping[str, CommandSchema] = {"positions": PositionWordsForm(), "lines": CostLineWordsForm()}
    for group, schema in schemas.items():
        for row in document[group]:
            if row["id"] == row_id:
                return schema, {name: row.get(name) for name in schema.fields}
    raise NotFoundError


def with_words(plan: Plan, row_id: str, data: Mapping[str, Any]) -> Plan:
    """Return `plan` with a row called and described as in `data`; raises as `with_position` and `words_of` do."""
    document = plan_to_json(plan)
    for group in ("positions", "lines"):
        for place, row in enumerate(document[group]):
            if row["id"] == row_id:
                said = {name: value for name, value in data.items() if value not in {None, ""}}
                document[group][place] = {name: row[name] for name in row.keys() - data.keys()} | said
                return _checked(document, f"{group}[{place}].")
    raise NotFoundError


def details_of(plan: Plan) -> dict[str, Any]:
    """Return what the plan as a whole says, as `with_details` takes it."""
    apart = plan.funding != plan.period
    return {
        "title": plan.title,
        "start": plan.period.start,
        "end": plan.period.end,
        "funding_start": plan.funding.start if apart else None,
        "funding_end": plan.funding.end if apart else None,
        "base_year": plan.base_year,
        "pay_rise_percent": plan.pay_rise_percent,
    }


def with_details(plan: Plan, data: Mapping[str, Any]) -> Plan:
    """Return `plan` with another title, period, base year or rise.

    Years that join the funding are granted by their guideline, years that leave it lose such a grant. What a Bescheid
    grants, and shares and amounts of years that are left, are never dropped: `PlanInvalidError` names them at `end`.
    """
    document = plan_to_json(plan)
    period = {"start": data["start"].isoformat(), "end": data["end"].isoformat()}
    funding = {
        "start": (data["funding_start"] or data["start"]).isoformat(),
        "end": (data["funding_end"] or data["end"]).isoformat(),
    }
    funded = range(int(funding["start"][:4]), int(funding["end"][:4]) + 1)
    grants = [
        grant for grant in document["grants"] if grant["year"] in funded or grant["basis"] != "guideline"
    ]
    known = {grant["year"] for grant in grants}
    grants += [{"year": year, "basis": "guideline"} for year in funded if year not in known]
    try:
        return plan_from_json(
            document
            | {
                "title": data["title"],
                "period": period,
                "funding": funding,
                "base_year": data["base_year"],
                "pay_rise_percent": str(data["pay_rise_percent"]),
                "grants": sorted(grants, key=lambda grant: int(grant["year"])),
            }
        )
    except PlanInvalidError as error:
        raise PlanInvalidError(_at_details(error.fields, {**document, "grants": grants})) from error


_DETAILS = {
    "period": "start",
    "period.start": "start",
    "period.end": "end",
    "funding": "funding_start",
    "funding.start": "funding_start",
    "funding.end": "funding_end",
}


def _at_details(fields: Mapping[str, list[str]], document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the errors at the fields of the form; what is wrong with a row then is said at the end, with its name."""
    placed: dict[str, list[str]] = {}
    for path, messages in fields.items():
        found = re.match(r"(positions|lines|grants)\[(\d+)\]", path)
        if found is None:
            placed.setdefault(_DETAILS.get(path, path), []).extend(messages)
            continue
        row = document[found[1]][int(found[2])]
        name = row.get("label") or f"Zuwendung {row['year']}"
        placed.setdefault("end", []).extend(
            f"{name}: {message.replace(' period.', ' den Zeitraum.')}" for message in messages
        )
    return placed


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
