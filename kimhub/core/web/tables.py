"""Tables that draw themselves: a column says what stands in it and how that is written, on the page and in a file.

The rows are joined in Python, not by a macro per cell: a list of 50 rows takes a seventh of the time. Every value is
escaped in one place (`TEXT` and `_head`), every address is built once per column, every badge is drawn once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import current_app, url_for
from markupsafe import Markup, escape

from kimhub.core import formats
from kimhub.core.exports import ExportColumn, Kind, Value
from kimhub.core.web.view import Badge
from tenants import Permission

NOTHING = "–"
Row = Any
"""A row of a query, by name, or any other object, by attribute."""
Getter = str | Callable[[Row], Any]
Draw = Callable[[Row], str]


@dataclass(frozen=True)
class Notation:
    """How one kind of value is written: `write` gives HTML, `filed` what stands in a file. None is a dash in both."""

    write: Callable[[Any], str]
    filed: Callable[[Any], Value] = lambda value: value
    kind: Kind = Kind.TEXT
    numeric: bool = False
    width: int = 18
    """Characters in a file."""


_MARKUP = re.compile("[&<>\"']")


def _text(value: object) -> str:
    """Return a text, escaped; most have nothing to escape, and looking is cheaper than making `Markup` of each."""
    text = str(value)
    if not text:
        return NOTHING
    return escape(text) if _MARKUP.search(text) else text


def _address(value: object) -> str:
    """Return an e-mail address that may go on in the next line after its @: it is one long word on a phone."""
    return _text(value).replace("@", "@<wbr>")


def _years(years: Sequence[int]) -> str:
    return ", ".join(map(str, years)) or NOTHING


TEXT = Notation(_text, filed=lambda value: str(value or ""), width=30)
"""What people wrote: a line of it, cut off where there is little room."""
WORD = Notation(_text, filed=lambda value: str(value or ""))
"""One or two words, always whole."""
ADDRESS = Notation(_address, filed=lambda value: str(value or ""), width=30)
"""An address of e-mail."""
EURO = Notation(formats.euro, kind=Kind.AMOUNT, numeric=True, width=16)
SHARE = Notation(formats.full_time_equivalents, kind=Kind.AMOUNT, numeric=True)
NUMBER = Notation(formats.number, kind=Kind.WHOLE, numeric=True, width=14)
YEAR = Notation(str, kind=Kind.WHOLE, width=14)
YEARS = Notation(_years, filed=_years, width=16)
DAY = Notation(formats.day, kind=Kind.DAY, width=14)
MOMENT = Notation(formats.moment, kind=Kind.MOMENT)


@lru_cache(maxsize=256)
def _drawn(badge: Badge) -> str:
    """Return a badge as `web/parts.html` draws it."""
    parts: Any = current_app.jinja_env.get_template("web/parts.html").module
    return str(parts.badge(badge, small=True)).strip()


def badges(state: Callable[[Any], Badge], usual: Badge | None = None) -> Notation:
    """Return the notation of a state; `state` gives its badge. The `usual` one is a plain word: others stand out."""

    def write(value: Any) -> str:
        badge = state(value)
        return escape(badge.label) if badge == usual else _drawn(badge)

    return Notation(write, filed=lambda value: state(value).label, width=16)


class Address:
    """Where a row leads: an endpoint and, for each of its variables, the value of the row that fills it.

    The address is built once; then only the values change. A row that lacks one of them leads nowhere.
    """

    def __init__(self, endpoint: str, **variables: Getter) -> None:
        self.endpoint = endpoint
        self.variables = variables

    def builder(self, rows: Sequence[Row]) -> Draw:
        """Return what gives the address of each of `rows`."""
        getters = [_getter(value, rows) for value in self.variables.values()]
        examples = next((found for row in rows if None not in (found := [of(row) for of in getters])), None)
        if examples is None:
            return lambda _: ""
        marks = [_mark(example, place) for place, example in enumerate(examples)]
        rest = url_for(self.endpoint, **dict(zip(self.variables, marks, strict=True)))
        pieces: list[tuple[str, Callable[[Row], Any]]] = []
        for of, mark in sorted(zip(getters, marks, strict=True), key=lambda pair: rest.index(str(pair[1]))):
            before, _, rest = rest.partition(str(mark))
            pieces.append((before, of))

        if len(pieces) == 1:
            ((start, only),) = pieces

            def simple(row: Row) -> str:
                value = only(row)
                return "" if value is None else f"{start}{_quoted(value)}{rest}"

            return simple

        def address(row: Row) -> str:
            values = [(before, of(row)) for before, of in pieces]
            if any(value is None for _, value in values):
                return ""
            return "".join(f"{before}{_quoted(value)}" for before, value in values) + rest

        return address


def _mark(value: object, place: int) -> Any:
    """Return a value of the same type that occurs nowhere else in an address."""
    if isinstance(value, int):
        return 987_654_321_000 + place
    if isinstance(value, UUID):
        return UUID(int=0xFEED_FACE_CAFE_4000_8000_0000_0000_0000 + place)
    return f"zeichen-{place}-der-zeile"


def _quoted(value: object) -> str:
    return quote(value, safe="") if isinstance(value, str) else str(value)


@dataclass(frozen=True)
class ListColumn:
    """A column: what it is called, what of a row stands in it, how that is written.

    `url` makes the value a link, `note` adds a small second line. `sort` names the order of the list that sorts by it.
    `total`: its sum stands below. `permission`: who may see it.
    """

    label: str
    value: Getter
    notation: Notation = TEXT
    url: Address | None = None
    note: Getter | None = None
    sort: str = ""
    total: bool = False
    permission: Permission | None = None

    def drawing(self, rows: Sequence[Row]) -> Draw:
        """Return what draws the inside of this column's cells."""
        value, write = _getter(self.value, rows), self.notation.write
        draw: Draw = lambda row: NOTHING if (found := value(row)) is None else write(found)  # noqa: E731 - read below
        if self.url is not None:
            draw = _linked(draw, self.url.builder(rows))
        return _noted(draw, _getter(self.note, rows)) if self.note is not None else draw

    @property
    def file_columns(self) -> Sequence[ExportColumn]:
        """The columns of a file that it fills."""
        return [ExportColumn(self.label, self.notation.width, self.notation.kind)]

    def filed(self, row: Row) -> Sequence[Value]:
        """Return what stands in a file."""
        value = _getter(self.value, [row])(row)
        return [None if value is None else self.notation.filed(value)]


@dataclass(frozen=True)
class PeriodColumn(ListColumn):
    """A period from the row's `value` to its `until`: one column on the page, two in a file."""

    until: str = ""
    notation: Notation = WORD

    def drawing(self, rows: Sequence[Row]) -> Draw:
        """Return what draws the inside of this column's cells."""
        start, end = _getter(self.value, rows), _getter(self.until, rows)
        return lambda row: formats.period(start(row), end(row)) if start(row) and end(row) else NOTHING

    @property
    def file_columns(self) -> Sequence[ExportColumn]:
        """The columns of a file that it fills."""
        return [ExportColumn(f"{self.label} {end}", 20, Kind.DAY) for end in ("von", "bis")]

    def filed(self, row: Row) -> Sequence[Value]:
        """Return what stands in a file."""
        return [_getter(value, [row])(row) for value in (self.value, self.until)]


@dataclass(frozen=True)
class StepColumn(ListColumn):
    """A button in every row: `label` is what it says, `value` what it is about, `url` where it is sent to.

    A row without `url` has none; `otherwise` says why. A step that `asks` first leads to the page with its question.
    Its heading is for those who cannot see; no file has it.
    """

    notation: Notation = WORD
    """A button is never cut off."""
    otherwise: Callable[[Row], str] = lambda _: ""
    asks: bool = False

    def drawing(self, rows: Sequence[Row]) -> Draw:
        """Return what draws the inside of this column's cells."""
        assert self.url is not None  # noqa: S101 - a step leads somewhere
        address, about = self.url.builder(rows), _getter(self.value, rows)
        parts: Any = current_app.jinja_env.get_template("web/parts.html").module
        words = Markup('{}<span class="kern-sr-only">: {}</span>').format(self.label, _ABOUT)
        button = str(
            parts.link_button(words, _WHERE, "secondary") if self.asks else parts.post_button(words, _WHERE)
        )
        return lambda row: (
            button.replace(_WHERE, url).replace(_ABOUT, escape(about(row)))
            if (url := address(row))
            else escape(self.otherwise(row))
        )

    @property
    def file_columns(self) -> Sequence[ExportColumn]:
        """Return nothing: a file has no buttons."""
        return []

    def filed(self, row: Row) -> Sequence[Value]:  # noqa: ARG002 - a file has none
        """Return nothing: a file has no buttons."""
        return []


_ABOUT, _WHERE = "zeichen-der-zeile", "/zeichen-der-adresse"
"""What stands in a button until the row is known."""


@dataclass(frozen=True)
class RowChoice:
    """A box before the name of a row, to choose several of them for one step.

    `endpoint` takes what is chosen as ``?name=…&name=…``; `label` is the step's button. `about` tells a screen reader
    what is chosen, `when` which rows can be.
    """

    name: str
    endpoint: str
    label: str
    about: Callable[[Row], str]
    when: Callable[[Row], bool] = lambda _: True
    permission: Permission | None = None


@dataclass(frozen=True)
class HeadLink:
    """How the head of a column sorts: where to, and which way it is sorted now (ARIA 1.2 aria-sort), if it is."""

    url: str
    direction: str | None


Totals = Mapping[str, Decimal]


def draw_table(
    columns: Sequence[ListColumn],
    rows: Sequence[Row],
    *,
    caption: str,
    table_id: str,
    sorting: Mapping[str, HeadLink] | None = None,
    totals: Totals | None = None,
    choice: RowChoice | None = None,
) -> Markup:
    """Return the table; the first column names the row. `totals` are sums by the label of their column."""
    heads = "".join(_head(column, (sorting or {}).get(column.label)) for column in columns)
    draws = [_cell(column, rows, first=not place) for place, column in enumerate(columns)]
    if choice is not None:
        draws[0] = _chosen(draws[0], choice)
    body = "".join(
        ["".join(['<tr class="kern-table__row">', *[draw(row) for draw in draws], "</tr>"]) for row in rows]
    )
    foot = _foot(columns, totals) if totals else ""
    texts = sum(column.notation is TEXT for column in columns[1:])
    return Markup(  # noqa: S704 - escaped cell by cell
        f'<div class="kern-table-responsive kh-list kh-list--{min(texts, 3)}" role="region" tabindex="0"'
        f' aria-labelledby="{table_id}-titel"><table class="kern-table kern-table--small">'
        f'<caption class="kern-sr-only" id="{table_id}-titel">{escape(caption)}</caption>'
        f'<thead class="kern-table__head"><tr class="kern-table__row">{heads}</tr></thead>'
        f'<tbody class="kern-table__body">{body}</tbody>{foot}</table></div>'
    )


def _head(column: ListColumn, link: HeadLink | None) -> str:
    label: str = escape(column.label)
    if isinstance(column, StepColumn):
        label = f'<span class="kern-sr-only">{label}</span>'
    direction = f' aria-sort="{link.direction}"' if link and link.direction else ""
    if link is not None:
        mark = '<span class="kh-sort__mark" aria-hidden="true"></span>'
        label = f'<a class="kh-sort" href="{escape(link.url)}">{label}{mark}</a>'
    numeric = " kern-table__header--numeric" if column.notation.numeric else ""
    return f'<th class="kern-table__header{numeric}" scope="col"{direction}>{label}</th>'


def _cell(column: ListColumn, rows: Sequence[Row], *, first: bool) -> Draw:
    draw = column.drawing(rows)
    if first:
        return lambda row: f'<th class="kern-table__header" scope="row">{draw(row)}</th>'
    before = _cell_start(column)
    if column.notation is not TEXT:
        return lambda row: f"{before}{draw(row)}</td>"

    def text(row: Row) -> str:
        """Return a cell that shows one line where there is little room; the rest is said on pointing at it."""
        found = draw(row)
        title = f' title="{_TAGS.sub(" ", found)}"' if len(found) > _SHORT else ""
        return f"{before}{title}>{found}</td>"

    before = before.removesuffix(">").replace("kern-table__cell", "kern-table__cell kh-list__text")
    return text


_SHORT = 18
"""Characters that fit into any column."""
_TAGS = re.compile("<[^>]*>")


def _cell_start(column: ListColumn) -> str:
    """Return the beginning of a cell; its label stands before the value where a row is a card."""
    numeric = " kern-table__cell--numeric" if column.notation.numeric else ""
    label = "" if isinstance(column, StepColumn) else f' data-label="{escape(column.label)}"'
    return f'<td class="kern-table__cell{numeric}"{label}>'


def _foot(columns: Sequence[ListColumn], totals: Totals) -> str:
    cells = "".join(
        f"{_cell_start(column)}{column.notation.write(totals[column.label])}</td>"
        if column.label in totals
        else '<td class="kern-table__cell kh-list__none"></td>'
        for column in columns[1:]
    )
    head = '<th class="kern-table__header" scope="row">Summe</th>'
    return f'<tfoot class="kern-table__footer"><tr class="kern-table__row">{head}{cells}</tr></tfoot>'


def _getter(value: Getter, rows: Sequence[Row]) -> Callable[[Row], Any]:
    if not isinstance(value, str):
        return value
    return itemgetter(value) if isinstance(rows[0], Mapping) else attrgetter(value)


def _linked(draw: Draw, address: Draw) -> Draw:
    def link(row: Row) -> str:
        url = address(row)
        if not url:
            return draw(row)
        return (
            f'<a class="kern-link kern-link--small kern-link--no-visited-state" href="{url}">{draw(row)}</a>'
        )

    return link


def _noted(draw: Draw, note: Callable[[Row], Any]) -> Draw:
    return lambda row: (
        f'{draw(row)}<span class="kh-note">{escape(found)}</span>' if (found := note(row)) else draw(row)
    )


def _chosen(cell: Draw, choice: RowChoice) -> Draw:
    """Put the box into the cell that names the row; where a row cannot be chosen its place stays free."""

    def draw(row: Row) -> str:
        box = (
            f'<input class="kern-form-check__checkbox" type="checkbox" name="{choice.name}"'
            f' value="{_text(row["id"])}" aria-label="{_text(choice.about(row))}">'
            if choice.when(row)
            else ""
        )
        start, _, rest = cell(row).partition(">")
        return f'{start}><span class="kh-choice">{box}</span>{rest}'

    return draw
