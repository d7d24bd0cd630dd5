"""Charts: one scale for all bars, a zero line, figures in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kimhub.core.formats import number
from kimhub.core.web.charts import BarChart, bar_chart


def chart(*series: tuple[str, list[int | None]], categories: int = 2) -> BarChart:
    decimals = [
        (name, [None if value is None else Decimal(value) for value in values]) for name, values in series
    ]
    return bar_chart("Titel", [str(2021 + place) for place in range(categories)], decimals, notation=number)


def bars(found: BarChart) -> list[tuple[str, str | None]]:
    return [(bar.start, bar.length) for group in found.groups for bar in group.bars]


def test_the_largest_figure_takes_the_whole_width() -> None:
    assert bars(chart(("A", [50, 200]), ("B", [100, 0]))) == [
        ("0.00", "25.00"),
        ("0.00", "50.00"),
        ("0.00", "100.00"),
        ("0.00", None),
    ]


def test_negative_figures_grow_to_the_left_of_the_zero_line() -> None:
    assert bars(chart(("A", [-50, 150]))) == [("0.00", "25.00"), ("25.00", "75.00")]


def test_all_zero_draws_no_bar() -> None:
    assert bars(chart(("A", [0, 0]))) == [("0.00", None), ("0.00", None)]


def test_no_figure_is_said_not_drawn() -> None:
    found = chart(("A", [None, 7]), ("B", [None, 3]))
    assert [bar.value for bar in found.groups[0].bars] == ["keine Angabe", "keine Angabe"]
    assert found.description == "2021: keine Angabe; 2022: A 7, B 3."


def test_a_single_series_needs_no_legend() -> None:
    found = chart(("A", [1, 2]))
    assert found.series_names == []
    assert [group.heading for group in found.groups] == [None, None]
    assert [group.bars[0].label for group in found.groups] == ["2021", "2022"]


def test_a_chart_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="1 values for 2 categories"):
        chart(("A", [1]))
    with pytest.raises(ValueError, match="1 to 4 series"):
        chart(*[(name, [1, 2]) for name in "ABCDE"])
