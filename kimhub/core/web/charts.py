"""Bars for the pages, drawn on the server: SVG bars under labels that wrap and grow with the reader's text size.

Widths are per cent, so the picture needs no script and no inline style, stays readable at 320 px and at 200 % text,
and prints. Series differ by pattern as well as by colour (WCAG 2.2, 1.4.1); the same figures
always stand in a table beside the chart, and `description` says them in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

MAX_SERIES = 4
"""More than four patterns cannot be told apart; use a table."""


@dataclass(frozen=True)
class Bar:
    """One bar: label and value in words, the number of its series, where it starts and how long it is (per cent)."""

    label: str
    value: str
    series: int
    start: str = "0"
    length: str | None = None


@dataclass(frozen=True)
class Group:
    """The bars of one category; `heading` is None when there is one series only (the bar then bears the category)."""

    heading: str | None
    bars: Sequence[Bar]


@dataclass(frozen=True)
class BarChart:
    """A chart ready to be drawn by the macro ``charts.bar_chart``."""

    title: str
    description: str
    series_names: Sequence[str]
    groups: Sequence[Group]


def bar_chart(
    title: str,
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[Decimal | None]]],
    *,
    notation: Callable[[Decimal], str],
) -> BarChart:
    """Lay out one group of horizontal bars per category, all to the same scale.

    `series` are pairs of name and values, one value per category, None = no figure. `notation` writes a value for
    people, e.g. `kimhub.core.formats.euro`. Negative values grow to the left of a common zero line. Raises
    ValueError when a series does not fit the categories or there are more than MAX_SERIES.
    """
    if not 1 <= len(series) <= MAX_SERIES:
        raise ValueError(f"a chart shows 1 to {MAX_SERIES} series, not {len(series)}")
    for name, values in series:
        if len(values) != len(categories):
            raise ValueError(f"{name} has {len(values)} values for {len(categories)} categories")
    figures = [value for _, values in series for value in values if value is not None]
    low, high = min([Decimal(0), *figures]), max([Decimal(0), *figures])
    scale = Decimal(100) / (high - low) if high > low else Decimal(0)

    single = len(series) == 1
    groups: list[Group] = []
    for place, category in enumerate(categories):
        bars = []
        for number, (name, values) in enumerate(series, 1):
            value, label = values[place], category if single else name
            if value is None:
                bars.append(Bar(label, "keine Angabe", number))
                continue
            start = _percent((min(value, Decimal(0)) - low) * scale)
            length = _percent(abs(value) * scale) if value else None
            bars.append(Bar(label, notation(value), number, start, length))
        groups.append(Group(None if single else category, bars))
    return BarChart(
        title=title,
        description=_sentence(categories, series, notation),
        series_names=[] if single else [name for name, _ in series],
        groups=groups,
    )


def _percent(value: Decimal) -> str:
    return f"{value:.2f}"


def _sentence(
    categories: Sequence[str],
    series: Sequence[tuple[str, Sequence[Decimal | None]]],
    notation: Callable[[Decimal], str],
) -> str:
    """Say all figures: „2021: Zuwendung 463.500,00 €, Eigenanteil 54.900,00 €; 2022: …“."""
    parts = []
    for place, category in enumerate(categories):
        found = [
            f"{name} {notation(value)}" for name, values in series if (value := values[place]) is not None
        ]
        parts.append(f"{category}: {', '.join(found) or 'keine Angabe'}")
    return "; ".join(parts) + "."
