"""Scenarios side by side: two to four plans, each as it is or under another Förderrichtlinie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core import formats
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.exports import CSV_TYPE, ExportColumn, Kind, Value, as_csv
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.charts import BarChart, bar_chart
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Column, Crumb
from kimhub.planning.pages.blueprint import blueprint, way
from kimhub.planning.planner import set_side_by_side
from kimhub.planning.queries import get_plan, list_plans
from kimhub.programme.public import (
    EIGENANTEIL_ROW,
    MAX_SCENARIOS,
    Plan,
    Scenario,
    ScenarioCell,
    ScenarioTable,
    load_foerderrichtlinien,
)
from tenants import Permission, db
from tenants.naming import only

MAX_OFFERED = 200
Chosen = list[tuple[UUID, str | None]]


def guideline_options() -> list[Option]:
    """Return the guidelines that a plan can be calculated under."""
    return [
        Option(guideline.id, f"{guideline.title} ({guideline.validity})")
        for guideline in load_foerderrichtlinien()
    ]


def comparison_url(chosen: Sequence[tuple[object, str | None]], endpoint: str = "compare") -> str:
    """Return the address under which these scenarios stand side by side."""
    query = [pair for plan, guideline in chosen for pair in (("plan", plan), ("richtlinie", guideline or ""))]
    return f"{url_for(f'planning.{endpoint}')}?{urlencode(query)}"


@blueprint.get("/plaene/vergleich")
@requires(Permission.PLAN_READ)
def compare() -> ResponseReturnValue:
    """Show the scenarios that the address names, and the form to choose others."""
    chosen = _chosen()
    table, problem = None, None
    if chosen:
        try:
            table = set_side_by_side(_plans(chosen))
        except InvalidInputError as refused:
            problem = " ".join(message for messages in refused.fields.values() for message in messages)
    session, actor = db.session(), current_actor()
    offered = list_plans(session, actor, PageRequest(limit=MAX_OFFERED))
    page = render_template(
        "planning/scenarios.html",
        crumbs=way(Crumb("Finanzierungspläne", url_for("planning.plans")), Crumb("Szenarien")),
        table=table,
        overview=_overview(table) if table else [],
        heads=[*map(str, table.years), "Summe"] if table else [],
        problem=problem,
        chart=_chart(table) if table else None,
        summary_columns=[
            Column("Szenario"), Column("Gesamtkosten", numeric=True), Column("Zuwendung", numeric=True),
            Column("Eigenanteil", numeric=True), Column("Anteil", numeric=True),
            Column("Eigenanteil im Vergleich zu A", numeric=True),
        ],
        csv_url=comparison_url(chosen, "compare_csv") if table else None,
        slots=list(zip_longest(range(MAX_SCENARIOS), chosen[:MAX_SCENARIOS])),
        plans=[Option(str(row["id"]), row["title"]) for row in offered],
        guidelines=guideline_options(),
        visible_to=only(actor.tenant_name),
    )  # fmt: skip
    return page, 422 if problem else 200


@blueprint.get("/plaene/vergleich.csv")
@requires(Permission.PLAN_READ)
def compare_csv() -> ResponseReturnValue:
    """Send the same figures as CSV: one line per Haushaltsjahr and row."""
    table = set_side_by_side(_plans(_chosen()))
    first, *others = table.scenarios
    columns = [
        ExportColumn("Haushaltsjahr"),
        ExportColumn("Position"),
        ExportColumn(first.name, kind=Kind.AMOUNT),
        *(
            ExportColumn(label, kind=Kind.AMOUNT)
            for other in others
            for label in (other.name, f"{other.letter} weniger A")
        ),
    ]
    response = Response(as_csv(columns, _lines(table)), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="szenarien.csv"'
    return response


def _lines(table: ScenarioTable) -> Iterator[list[Value]]:
    for row in table.rows:
        for year in table.years:
            yield [str(year), row.label, *_amounts(row.by_year[year])]
        yield ["Summe", row.label, *_amounts(row.total)]


def _amounts(cells: Sequence[ScenarioCell]) -> Iterator[Decimal]:
    for cell in cells:
        yield cell.amount
        if cell.difference is not None:
            yield cell.difference


def _chosen() -> Chosen:
    """Return the scenarios in the address, each once, in its order; what is no plan's address is not found.

    Plans ticked in the list come without guidelines; then the oldest is the first: variants are compared with it.
    """
    found: Chosen = []
    for plan, guideline in zip_longest(request.args.getlist("plan"), request.args.getlist("richtlinie")):
        if not plan:
            continue
        try:
            scenario = (UUID(plan), guideline or None)
        except ValueError as error:
            raise NotFoundError from error
        if scenario not in found:
            found.append(scenario)
    if "richtlinie" not in request.args:
        found.sort(key=lambda scenario: _age(scenario[0]))
    return found


def _age(plan_id: UUID) -> tuple[datetime, bool]:
    """Return what sorts the older plan first, and at the same moment the origin before its variant."""
    stored = get_plan(db.session(), plan_id)
    return stored.created_at, stored.origin_id is not None


def _plans(chosen: Chosen) -> list[tuple[Plan, str | None]]:
    session = db.session()
    return [(get_plan(session, plan_id).plan, guideline) for plan_id, guideline in chosen]


def _overview(table: ScenarioTable) -> list[tuple[Scenario, Decimal | None]]:
    """Return each scenario with how its Eigenanteil differs from the first."""
    cells = table.row(EIGENANTEIL_ROW).total
    return [(scenario, cell.difference) for scenario, cell in zip(table.scenarios, cells, strict=True)]


def _chart(table: ScenarioTable) -> BarChart:
    own = table.row(EIGENANTEIL_ROW)
    return bar_chart(
        "Eigenanteil je Haushaltsjahr",
        [str(year) for year in table.years],
        [
            (scenario.name, [own.by_year[year][place].amount for year in table.years])
            for place, scenario in enumerate(table.scenarios)
        ],
        notation=formats.euro,
    )
