"""Uploaded tables of key figures: rows of whatever format as the words that people typed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kimhub.core.documents.limits import MEGABYTE
from kimhub.core.formats import number
from kimhub.core.tables.reading import Rows
from kimhub.core.tables.values import CellTrouble, SourceRow, UnreadableFileError, Value
from kimhub.programme.public import (
    Distribution,
    DistributionInvalidError,
    KeyLine,
    key_figures_from_rows,
    with_key_figures,
)

MAX_BYTES = 1 * MEGABYTE
MAX_ROWS = 20_000
MOST_READ = MAX_ROWS + 1
"""Rows: one more than may be is enough to refuse a file."""
MOST_LISTED = 100


class UnusableTableError(Exception):
    """A table that cannot be taken over; `problems` are German sentences, each with its line where it has one."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0])
        left_out = len(problems) - MOST_LISTED
        more = [f"{number(left_out)} weitere Fehler sind nicht einzeln aufgeführt."] if left_out > 0 else []
        self.problems = [*problems[:MOST_LISTED], *more]


def lines_of(table: Rows) -> list[KeyLine]:
    """Return the lines of a table that was read; raises `UnusableTableError` with every line that is wrong."""
    if table.count > MAX_ROWS:
        raise UnusableTableError([
            f"Die Tabelle hat mehr als {number(MAX_ROWS)} Zeilen und ist damit keine Liste von Kennzahlen."
        ])  # fmt: skip
    try:
        return key_figures_from_rows(_words(table.rows()))
    except UnreadableFileError as trouble:
        where = f"Zeile {number(trouble.row)}: " if trouble.row else ""
        raise UnusableTableError([f"{where}{trouble.message} {trouble.cure}"]) from trouble
    except DistributionInvalidError as error:
        raise UnusableTableError(_sentences(error)) from error


def with_lines(distribution: Distribution, lines: list[KeyLine]) -> Distribution:
    """Return `distribution` with the figures of `lines`; raises `UnusableTableError` where a line fits nobody."""
    try:
        return with_key_figures(distribution, lines)
    except DistributionInvalidError as error:
        raise UnusableTableError(_sentences(error)) from error


def _sentences(error: DistributionInvalidError) -> list[str]:
    return [sentence for sentences in error.fields.values() for sentence in sentences]


def _words(rows: Iterator[SourceRow]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in rows:
        yield line, [_word(cell) for cell in cells]


def _word(cell: Value) -> str:
    """Return a cell as a person would type it; a figure with at most two decimals."""
    if cell is None or isinstance(cell, CellTrouble):
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}" if cell == cell.to_integral_value() else f"{round(cell, 2):f}"
    return str(cell)
