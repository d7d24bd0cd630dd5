"""Uploaded tables of key figures: CSV as it is, the first sheet of a workbook as rows of words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from io import BytesIO
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from kimhub.core.documents.archive import ArchiveError, require_office_document
from kimhub.core.errors import InvalidInputError
from kimhub.distributions.errors import refusals
from kimhub.programme.public import (
    Distribution,
    key_figures_from_csv,
    key_figures_from_rows,
    with_key_figures,
)

MAX_BYTES = 1_000_000
MAX_ROWS, MAX_COLUMNS = 20_000, 20
_ZIP = b"PK\x03\x04"


def import_key_figures(distribution: Distribution, content: bytes) -> Distribution:
    """Return `distribution` with the key figures of an uploaded file.

    What the file is, its content decides, not its name. Raises `InvalidInputError` with every line that is wrong.
    """
    if len(content) > MAX_BYTES:
        raise _refused("Die Datei ist größer als 1 MB und damit keine Liste von Kennzahlen.")
    with refusals():
        lines = (
            key_figures_from_rows(_rows(content))
            if content.startswith(_ZIP)
            else key_figures_from_csv(content)
        )
        return with_key_figures(distribution, lines)


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Return the rows of the first sheet as words; formulas count with the value they were stored with."""
    try:
        require_office_document(content, part="xl/workbook.xml", subtype="spreadsheetml.sheet")
        workbook = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        try:
            cells = workbook.worksheets[0].iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
            return [(number, [_word(cell) for cell in row]) for number, row in enumerate(cells, start=1)]
        finally:
            workbook.close()
    except ArchiveError as error:
        raise _refused(f"{error} Speichern Sie die Tabelle als XLSX ohne Makros oder als CSV.") from error
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
    ) as error:
        # What openpyxl raises for parts that do not fit together.
        raise _refused(
            "Die Arbeitsmappe lässt sich nicht lesen. Speichern Sie die Tabelle als CSV."
        ) from error


def _word(cell: object) -> str:
    """Return a cell as a person would type it; a figure with at most two decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool | datetime):
        return str(cell)
    if isinstance(cell, float | int):
        figure = Decimal(str(cell))
        return f"{figure:f}" if figure == figure.to_integral_value() else f"{round(figure, 2):f}"
    return str(cell)


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, fields={"file": [message]})
