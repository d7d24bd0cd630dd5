"""Scenarios side by side as text for the terminal: one table per Haushaltsjahr, and one for the whole period."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kimhub.core import formats
from kimhub.programme.result import RowKind
from kimhub.programme.scenarios import Scenario, ScenarioCell, ScenarioRow, ScenarioTable
from kimhub.programme.table import LABEL_WIDTH

WIDTH = 110
_NOTHING = "–"
_INDENT = "   "


def render_scenarios(table: ScenarioTable) -> str:
    """Return who is compared under what guideline, then the figures; differences are to the first scenario."""
    parts = ["Szenarien im Vergleich · Beträge in Euro · in Klammern der Unterschied zu A", ""]
    for scenario in table.scenarios:
        parts += _head(scenario)
    letters = [scenario.letter for scenario in table.scenarios]
    for year in table.years:
        parts += ["", str(year), *_table(letters, ((row, row.by_year[year]) for row in table.rows))]
    parts += ["", "Summe", *_table(letters, ((row, row.total) for row in table.rows))]
    return "\n".join(parts)


def _head(scenario: Scenario) -> list[str]:
    total = scenario.result.total
    share = "" if total.eigenanteil_percent is None else f" ({formats.percent(total.eigenanteil_percent)})"
    lines = [
        *textwrap.wrap(scenario.name, WIDTH, subsequent_indent=_INDENT),
        *_indented(f"Förderrichtlinie: {scenario.guidelines}"),
        *_indented(f"Eigenanteil {formats.euro(total.eigenanteil)}{share}"),
    ]
    unverified = dict.fromkeys(value.key.label for value in scenario.result.unverified)
    return [*lines, *(_indented(f"ungeprüft: {', '.join(unverified)}") if unverified else ())]


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _table(letters: Sequence[str], rows: Iterable[tuple[ScenarioRow, Sequence[ScenarioCell]]]) -> list[str]:
    lines = [(row, [_written(cell) for cell in cells]) for row, cells in rows]
    widths = [
        2 + max(len(text) for text in (letter, *(cells[place] for _, cells in lines)))
        for place, letter in enumerate(letters)
    ]
    found = [_line("", letters, widths)]
    for row, cells in lines:
        indent = "  " if row.kind is RowKind.LINE else ""
        *above, last = textwrap.wrap(
            row.label, LABEL_WIDTH - 1, initial_indent=indent, subsequent_indent=indent + "  "
        )
        found += [*above, _line(last, cells, widths)]
    return found


def _line(label: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    return label.ljust(LABEL_WIDTH) + "".join(
        cell.rjust(width) for cell, width in zip(cells, widths, strict=True)
    )


def _written(cell: ScenarioCell) -> str:
    amount = _NOTHING if not cell.amount else formats.number(cell.amount, places=2)
    return f"{amount} ({_signed(cell.difference)})" if cell.difference else amount


def _signed(amount: Decimal) -> str:
    text = formats.number(amount, places=2)
    return f"+{text}" if amount > 0 else text
