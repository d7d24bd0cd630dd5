"""Workbooks by XlsxWriter: real numbers in German formats, ready to print on A4, the same bytes every time.

Texts that a plan brings along are always written as text, never as a formula or a link: a cell that begins with „=“
stays what it is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

_FONT = "Calibri"
_FONT_SIZE = 10
_ACCENT = "#14395C"
_SHADE = "#EEF2F6"
_RULE = "#9AA5B1"
_LINE_HEIGHT = 13.5

# Excel shows these with the separators of its own language: 1.686.708,05 € in German.
EURO = '#,##0.00\\ "€"'
SHARE = '0.0\\ "%"'
FULL_TIME = "#,##0.0###"
WHOLE = "0"

_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": _ACCENT},
    "subtitle": {"font_color": "#4A5560"},
    "unit": {"text_wrap": True, "valign": "top", "align": "left", "indent": 1},
    "text": {"text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top", "font_color": "#4A5560", "font_size": 9, "align": "left", "indent": 1},
    "strong": {"bold": True, "text_wrap": True, "valign": "top"},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": _ACCENT, "text_wrap": True, "valign": "vcenter"},
    "head-note": {"bold": True, "font_color": "#FFFFFF", "bg_color": _ACCENT, "text_wrap": True, "valign": "vcenter",
                  "align": "left", "indent": 1},
    "head-right": {"bold": True, "font_color": "#FFFFFF", "bg_color": _ACCENT, "align": "right", "valign": "vcenter",
                   "text_wrap": True},
    "group": {"bold": True, "bg_color": _SHADE, "valign": "top"},
    "group-year": {"align": "left", "bold": True, "bg_color": _SHADE, "num_format": WHOLE, "valign": "top"},
    "euro": {"num_format": EURO, "valign": "top"},
    "euro-strong": {"num_format": EURO, "valign": "top", "bold": True, "top": 1, "top_color": _RULE},
    "euro-total": {"num_format": EURO, "valign": "top", "bold": True, "bg_color": _SHADE, "top": 2,
                   "top_color": _ACCENT},
    "label-strong": {"bold": True, "text_wrap": True, "valign": "top", "top": 1, "top_color": _RULE},
    "label-total": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": _SHADE, "top": 2,
                    "top_color": _ACCENT},
    "share": {"num_format": SHARE, "valign": "top"},
    "quantity": {"num_format": FULL_TIME, "valign": "top"},
    "whole": {"num_format": WHOLE, "valign": "top"},
    "year": {"num_format": WHOLE, "valign": "top", "align": "left"},
    "year-strong": {"align": "left", "num_format": WHOLE, "valign": "top", "bold": True, "top": 1, "top_color": _RULE},
    "check": {"num_format": EURO, "valign": "top", "italic": True, "font_color": "#4A5560"},
    "check-label": {"italic": True, "text_wrap": True, "valign": "top", "font_color": "#4A5560"},
}  # fmt: skip


@dataclass(frozen=True)
class Properties:
    """What the file says of itself (document properties), and the moment that stands as its creation."""

    title: str
    subject: str
    author: str
    company: str
    comments: str
    moment: datetime


class Book:
    """A workbook being written; ends as bytes."""

    def __init__(self, properties: Properties) -> None:
        self._buffer = BytesIO()
        self._workbook = xlsxwriter.Workbook(self._buffer, {"in_memory": True})
        self._workbook.set_properties(
            {
                "title": properties.title,
                "subject": properties.subject,
                "author": properties.author,
                "company": properties.company,
                "comments": properties.comments,
                "created": properties.moment.astimezone(UTC).replace(tzinfo=None),
            }
        )
        self._formats = {
            name: self._workbook.add_format({"font_name": _FONT, "font_size": _FONT_SIZE, **look})
            for name, look in _FORMATS.items()
        }

    def sheet(
        self, name: str, *, header: str, footer: str, widths: Sequence[float], landscape: bool = True
    ) -> Sheet:
        """Add a sheet, A4, one page wide, with page numbers; `widths` are those of its columns."""
        worksheet = self._workbook.add_worksheet(name)
        if landscape:
            worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.set_margins(left=0.8, right=0.6, top=0.9, bottom=0.8)
        worksheet.fit_to_pages(1, 0)
        worksheet.hide_gridlines(2)
        worksheet.set_header(f"&L&9{_plain(header)}")
        worksheet.set_footer(f"&L&9{_plain(footer)}&R&9Seite &P von &N")
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        return Sheet(worksheet, self._formats, widths)

    def content(self) -> bytes:
        """Close the workbook and return the file."""
        self._workbook.close()
        return self._buffer.getvalue()


class Sheet:
    """A sheet that is written row by row, from the top."""

    def __init__(self, worksheet: Any, formats: dict[str, Any], widths: Sequence[float]) -> None:
        self._worksheet = worksheet
        self._formats = formats
        self._widths = widths
        self.next_row = 0

    def row(self, *cells: tuple[Any, str]) -> int:
        """Write one row of (value, look) and return its number from 0; ``None`` leaves a cell empty but formatted.

        The row is made high enough for wrapped texts: not every program does that by itself when it opens a file.
        """
        row = self.next_row
        lines = 1
        for column, (value, look) in enumerate(cells):
            self._write(row, column, value, self._formats[look])
            if isinstance(value, str) and _FORMATS[look].get("text_wrap"):
                size = _FORMATS[look].get("font_size", _FONT_SIZE)
                lines = max(lines, _lines(value, self._widths[column] * _FONT_SIZE / size))
        if lines > 1:
            self._worksheet.set_row(row, _LINE_HEIGHT * lines + 2)
        self.next_row += 1
        return row

    def check_row(self, label: str, formulas: Sequence[str]) -> int:
        """Write a row of formulas that must all come to zero; 0 is also stored for readers that do not calculate."""
        row = self.next_row
        self._write(row, 0, label, self._formats["check-label"])
        for column, formula in enumerate(formulas, start=1):
            self._worksheet.write_formula(row, column, formula, self._formats["check"], 0)
        self.next_row += 1
        return row

    def title(self, title: str, subtitle: str) -> None:
        """Write the heading of the sheet and an empty row below it."""
        self.row((title, "title"))
        self.row((subtitle, "subtitle"))
        self.skip()

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.next_row += rows

    def freeze_and_repeat(self, head_row: int, *, columns: int = 1) -> None:
        """Keep everything down to `head_row` and the first columns in view; print the head on every page."""
        self._worksheet.freeze_panes(head_row + 1, columns)
        self._worksheet.repeat_rows(head_row)

    def _write(self, row: int, column: int, value: Any, look: Any) -> None:
        if value is None or value == "":
            self._worksheet.write_blank(row, column, None, look)
        elif isinstance(value, Decimal | int) and not isinstance(value, bool):
            # Excel keeps 15 significant digits: an amount below 10 billion euro is exact to the cent.
            self._worksheet.write_number(row, column, float(value), look)
        else:
            self._worksheet.write_string(row, column, str(value), look)


def _lines(text: str, width: float) -> int:
    """Return how many lines `text` takes in a column `width` characters wide, rather one too many than one too few."""
    return len(textwrap.wrap(text, max(int(width), 8))) or 1


def _plain(text: str) -> str:
    """Return `text` for a header or footer, where „&“ begins a command and more than 255 characters are refused."""
    return textwrap.shorten(text, 110, placeholder=" …").replace("&", "&&")
