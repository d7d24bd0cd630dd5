"""The chart of a Finanzierungsübersicht: one bar per Haushaltsjahr, Zuwendung filled, Eigenanteil hatched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kimhub.core.formats import euro
from kimhub.reports.rendering.chart import HATCHED, SOLID, draw, legend_entry
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.view import span, text_alternative

GRANT = "Zuwendung des Landes"
OWN = "Eigenanteil"
_WIDTH = 412
_BAND = 38
_TALLEST = 560  # what fits on a page with its heading


def cost_split(document: FinanzierungsuebersichtDocument) -> str:
    """Return the chart as SVG; every bar says its amounts in words below it.

    A Zuwendung beyond the cost is drawn whole, and the words say so.
    """
    bars: list[dict[str, Any]] = []
    labels: list[dict[str, str]] = []
    for year, cost, grant, own in zip(
        document.years,
        document.total_cost.by_year,
        document.income.amounts.by_year,
        document.eigenanteil.by_year,
        strict=True,
    ):
        bars += [_bar(year, GRANT, grant, 0), _bar(year, OWN, own, 1)]
        text = (
            f"Zuwendung {euro(grant)} + Eigenanteil {euro(own)} = Gesamtkosten {euro(cost)}"
            if grant <= cost
            else f"Zuwendung {euro(grant)}, höher als die Gesamtkosten von {euro(cost)}"
        )
        labels.append({"year": str(year), "text": text})
    year_axis = {
        "field": "year", "type": "ordinal", "title": None,
        "axis": {"labelFontSize": 11, "labelFontWeight": "bold", "ticks": False, "domain": False, "labelPadding": 6,
                 "labelOffset": -10},
    }  # fmt: skip
    specification = {
        "width": _WIDTH,
        "height": min(_BAND, _TALLEST // len(document.years)) * len(document.years),
        "layer": [
            {
                "data": {"values": bars},
                "mark": {"type": "bar", "height": 17, "yOffset": -10, "stroke": SOLID, "strokeWidth": 0.8},
                "encoding": {
                    "y": year_axis,
                    "x": {
                        "field": "amount", "type": "quantitative", "stack": "zero",
                        "axis": {
                            "format": ",.0f", "labelExpr": "datum.label + ' €'", "title": None,
                            "tickCount": 4, "grid": False,
                        },
                    },
                    "order": {"field": "order", "type": "quantitative"},
                    "fill": {
                        "field": "part", "type": "nominal",
                        "scale": {"domain": [GRANT, OWN], "range": [SOLID, HATCHED]},
                        "legend": None,
                    },
                },
            },
            {
                "data": {"values": labels},
                "mark": {"type": "text", "align": "left", "baseline": "middle", "yOffset": 7},
                "encoding": {"y": year_axis, "x": {"value": 1}, "text": {"field": "text"}},
            },
            *legend_entry(GRANT, SOLID, 0),
            *legend_entry(OWN, HATCHED, 130),
        ],
    }  # fmt: skip
    title = f"Zuwendung und Eigenanteil {span(document)}: {document.plan_name}"
    return draw(specification, title=title, alternative=text_alternative(document))


def _bar(year: int, part: str, value: Decimal, order: int) -> dict[str, Any]:
    # The length of a bar is drawn, not read: a float is exact enough for it.
    return {"year": str(year), "part": part, "amount": float(value), "order": order}
