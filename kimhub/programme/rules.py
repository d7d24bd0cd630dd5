"""Rules between the parts of a plan: periods, years, ids. Each returns German messages by field.

A part that is wrong in itself is left out here: its own schema has reported it.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kimhub.core import formats
from kimhub.programme.plan import CostLine, Period, Position, YearGrant

MAX_YEARS = 15

Problems = dict[str | int, Any]
"""Messages nested as marshmallow nests them: field or list index -> messages or deeper problems."""


def period_problems(start: date | None, end: date | None) -> Problems:
    """Return what is wrong with a period of whole months; either end may be open."""
    problems: Problems = {}
    whole_months = "Teile eines Jahres zählen nach ganzen Monaten."
    if start is not None and start.day != 1:
        example = formats.day(start.replace(day=1))
        problems["start"] = [
            f"Der Beginn muss der erste Tag eines Monats sein, zum Beispiel {example}. {whole_months}"
        ]
    if end is not None and end.day != _last_day(end):
        example = formats.day(end.replace(day=_last_day(end)))
        problems["end"] = [
            f"Das Ende muss der letzte Tag eines Monats sein, zum Beispiel {example}. {whole_months}"
        ]
    if start is not None and end is not None and end < start:
        problems["end"] = [
            f"Das Ende liegt vor dem Beginn ({formats.day(start)}). Wählen Sie ein späteres Ende."
        ]
    return problems


def plan_problems(data: Mapping[str, Any]) -> Problems:
    """Return what the parts of a plan do to each other."""
    problems: Problems = {}
    _merge(problems, _duplicate_ids(data))
    period = data.get("period")
    if isinstance(period, Period):
        if len(period.years) > MAX_YEARS:
            message = f"Ein Plan umfasst höchstens {MAX_YEARS} Jahre. Wählen Sie ein früheres Ende."
            return {**problems, "period": {"end": [message]}}
        base_year = data.get("base_year")
        _merge(problems, _position_problems(data.get("positions", ()), period, base_year))
        _merge(problems, _line_problems(data.get("lines", ()), period))
        funding = data.get("funding", period)
        _merge(problems, _grant_problems(data.get("grants", ()), period, funding))
    return problems


def _duplicate_ids(data: Mapping[str, Any]) -> Problems:
    """Return the rows that share an id: rows of the result and what-if changes name them by it."""
    items = [(name, index, item) for name in ("positions", "lines") for index, item in _enumerate(data, name)]
    count = Counter(_id_of(item) for _, _, item in items)
    problems: Problems = {}
    for name, index, item in items:
        item_id = _id_of(item)
        if item_id and count[item_id] > 1:
            message = f"Das Kürzel {item_id} kommt mehrmals vor. Geben Sie jeder Zeile ein eigenes."
            problems.setdefault(name, {})[index] = {"id": [message]}
    return problems


def _position_problems(positions: Sequence[object], period: Period, base_year: object) -> Problems:
    found = {
        index: problems
        for index, position in enumerate(positions)
        if isinstance(position, Position) and (problems := _of_position(position, period, base_year))
    }
    return {"positions": found} if found else {}


def _of_position(position: Position, period: Period, plan_base_year: object) -> Problems:
    start, end = position.start or period.start, position.end or period.end
    outside = f"liegt außerhalb des Plans ({_span(period)}). Ändern Sie die Stelle oder period."
    problems: Problems = {}
    if not period.start <= start <= period.end:
        problems["start"] = [f"Der Beginn {formats.day(start)} {outside}"]
    if not period.start <= end <= period.end:
        problems["end"] = [f"Das Ende {formats.day(end)} {outside}"]
    if problems:
        return problems
    base_year = plan_base_year if position.base_year is None else position.base_year
    if isinstance(base_year, int) and base_year > start.year:
        problems["base_year"] = [
            (
                f"Das Basisjahr {base_year} liegt nach dem ersten Jahr der Stelle ({start.year}). "
                f"Geben Sie die Kosten des Jahres {start.year} oder eines früheren Jahres an."
            )
        ]
    if isinstance(position.fte, Mapping):
        missing = [year for year in Period(start, end).years if year not in position.fte]
        if missing:
            problems["fte"] = {
                str(year): [f"Der Stellenanteil für {year} fehlt. Geben Sie ihn an; 0 bedeutet unbesetzt."]
                for year in missing
            }
    return problems


def _line_problems(lines: Sequence[object], period: Period) -> Problems:
    cure = f"liegt außerhalb des Plans ({_span(period)}). Entfernen Sie den Betrag oder ändern Sie period."
    found: Problems = {}
    for index, line in enumerate(lines):
        if isinstance(line, CostLine):
            outside = [year for year in line.amounts if year not in period.years]
            if outside:
                found[index] = {"amounts": {str(year): [f"{year} {cure}"] for year in outside}}
    return {"lines": found} if found else {}


def _grant_problems(grants: Iterable[object], period: Period, funding: object) -> Problems:
    entries = [(index, grant) for index, grant in enumerate(grants) if isinstance(grant, YearGrant)]
    count = Counter(grant.year for _, grant in entries)
    found: Problems = {}
    for index, grant in entries:
        year = grant.year
        if count[year] > 1:
            message = f"Für {year} gibt es mehrere Einträge. Fassen Sie sie zusammen."
        elif year not in period.years:
            message = f"{year} liegt außerhalb des Plans ({_span(period)}). Ändern Sie das Jahr oder period."
        elif isinstance(funding, Period) and year not in funding.years:
            span = _span(funding)
            message = (
                f"{year} liegt außerhalb des Förderzeitraums ({span}). Ändern Sie das Jahr oder funding."
            )
        else:
            continue
        found[index] = {"year": [message]}
    return {"grants": found} if found else {}


def _enumerate(data: Mapping[str, Any], name: str) -> Iterable[tuple[int, object]]:
    return enumerate(data.get(name, ()))


def _id_of(item: object) -> str:
    found = item.get("id", "") if isinstance(item, Mapping) else getattr(item, "id", "")
    return found if isinstance(found, str) else ""


def _merge(problems: Problems, more: Problems) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and key in problems:
            _merge(problems[key], value)
        else:
            problems[key] = value


def _last_day(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _span(period: Period) -> str:
    return formats.period(period.start, period.end)
