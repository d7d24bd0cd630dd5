"""The few figures of a plan that matter, as tiles and as a chart."""

from __future__ import annotations

from decimal import Decimal

from kimhub.core import formats
from kimhub.core.web.charts import BarChart, bar_chart
from kimhub.core.web.view import Tile
from kimhub.programme.public import EIGENANTEIL_ROW, GRANT_ROW, PlanResult


def sums(stored: PlanResult, changed: PlanResult | None = None) -> list[Tile]:
    """Return cost, grant and Eigenanteil; with `changed` its figures, and the stored ones as a note."""
    shown = changed or stored
    percent = shown.total.eigenanteil_percent
    share = f"{formats.percent(percent)} der Kosten" if percent is not None else None
    return [
        Tile("Gesamtkosten", formats.euro(shown.total.cost), _before(stored.total.cost, shown.total.cost)),
        Tile(
            "Zuwendung des Landes",
            formats.euro(shown.total.grant),
            _before(stored.total.grant, shown.total.grant),
            unverified=bool(shown.unverified),
        ),
        Tile(
            "Eigenanteil",
            formats.euro(shown.total.eigenanteil),
            ", ".join(filter(None, (share, _before(stored.total.eigenanteil, shown.total.eigenanteil))))
            or None,
        ),
    ]


def _before(stored: Decimal, shown: Decimal) -> str | None:
    return None if stored == shown else f"bisher {formats.euro(stored)}"


def grant_and_own_share(result: PlanResult) -> BarChart:
    """Return who bears the cost of each year."""
    grant, own = result.row(GRANT_ROW), result.row(EIGENANTEIL_ROW)
    return bar_chart(
        "Zuwendung und Eigenanteil je Haushaltsjahr",
        [str(year) for year in result.years],
        [
            ("Zuwendung", [grant.amounts.get(year) for year in result.years]),
            ("Eigenanteil", [own.amounts.get(year) for year in result.years]),
        ],
        notation=formats.euro,
    )
