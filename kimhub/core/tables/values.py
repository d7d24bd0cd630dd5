"""A table as a run of rows, whatever its format: never more than a few of them in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias

MAX_COLUMNS = 200
"""Further columns are not looked at."""


class CellTrouble(Enum):
    """A cell that holds no value."""

    FORMULA = "formula"
    """A formula that was never computed: the program that wrote the file did not calculate."""
    ERROR = "error"
    """``#DIV/0!`` and its like."""


Value: TypeAlias = str | int | Decimal | date | bool | CellTrouble | None
SourceRow: TypeAlias = tuple[int, Sequence[Value]]
"""The row's number as the spreadsheet shows it, and its cells from the first column on."""


class UnreadableFileError(Exception):
    """The file cannot be read to its end; message and cure are German sentences.

    `row` is the one in which reading ended, as the spreadsheet counts; None where that says nothing.
    """

    def __init__(self, message: str, cure: str, row: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.row = row


@dataclass(frozen=True, slots=True)
class Look:
    """How a CSV file is written."""

    encoding: str
    delimiter: str


class Source(Protocol):
    """A table in a file."""

    expected_rows: int | None
    """How many rows there will be about, for the progress; None where the file does not say."""
    look: Look | None
    """How it is written, if it is CSV."""

    def rows(self) -> Iterator[SourceRow]:
        """Yield all rows from the first, empty ones too or not; raises `UnreadableFileError`."""
