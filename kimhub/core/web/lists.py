"""The list pattern: declared once per list, drawn the same everywhere.

    ADDRESS_BOOK = ListPage(
        ORGANIZATIONS,
        caption="Adressbuch",
        columns=(
            ListColumn("Name", "name", url=Address("funding.show_organization", organization_id="id"), sort="name"),
            ListColumn("Art", "kind", KIND),
        ),
        filters=(WordFilter("name", "Name oder Ansprechstelle"), AlsoFilter("abgelegte", "Abgelegte", "present")),
        empty=Empty("Noch kein Eintrag", "Nehmen Sie die Stellen auf, an die Sie Mittel weiterleiten."),
        download="funding.download_organizations",
    )

    @pages.get("/adressbuch")
    @requires(Permission.FUNDING_READ)
    def organization_list() -> str:
        return ADDRESS_BOOK.page("Adressbuch", crumbs=…, intro=…, actions=[Action("Stelle aufnehmen", …)])

    @pages.get("/adressbuch/liste.<table_format>")
    @requires(Permission.FUNDING_READ)
    def download_organizations(table_format: str) -> Response:
        return ADDRESS_BOOK.download(table_format)

Order and filters stand in the address and are kept in every link; a page mark of old begins at the beginning. How many
rows there are, and their sums, are read with the first page only, and not at all when that page holds them all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from kimhub.core.documents import send_table
from kimhub.core.exports import ExportColumn, Value
from kimhub.core.fields.options import Option
from kimhub.core.keyset import KeysetList, Totals
from kimhub.core.routing import current_actor
from kimhub.core.web.narrowing import AlsoFilter, Filter, Narrowed, ShownFilter
from kimhub.core.web.paging import PAGE_SIZE, SORT, PageRequest, make_page
from kimhub.core.web.tables import HeadLink, ListColumn, Row, RowChoice, draw_table
from kimhub.core.web.view import Action, Chip, Count, Empty
from tenants import db
from tenants.sorting import slugify

NOTHING_FOUND = Empty(
    "Kein passender Eintrag",
    "Ändern Sie die Auswahl, oder zeigen Sie alle Einträge an.",
    Action("Alle anzeigen", ""),
)
Options = Mapping[str, Sequence[Option]]
Kept = Mapping[str, str]


@dataclass(frozen=True)
class Sorting:
    """The order that the address asks for: a column by its label, with ``-`` in front falling."""

    order: str
    """The order's name in the `KeysetList`."""
    turned: bool
    word: str
    """As it stands in the address; empty for the usual order."""


@dataclass(frozen=True)
class ShownList:
    """A list as ``web/lists.html`` draws it."""

    caption: str
    table: Markup | None
    head: str
    """How many rows there are, or that this is not the first page."""
    beginning_url: str | None
    filters: Sequence[ShownFilter]
    sort_options: Sequence[Option]
    sort: str
    kept: Kept
    path: str
    reset_url: str | None
    chips: Sequence[Chip]
    downloads: Sequence[tuple[str, str]]
    choice: RowChoice | None
    empty: Empty
    also: Sequence[tuple[str, str]]
    """What an empty list does not show: words and address, e.g. of what was put away."""
    previous_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class ListPage:
    """A list of a tenant: which rows, what of them shows, what it can be narrowed to, what it says when it is empty.

    `download_endpoint` sends all rows as a file; `table_format` is its variable, beside those that `shown` is given.
    A file has the columns of the page unless `file_columns` and `file_row` say otherwise.
    """

    listed: KeysetList
    caption: str
    columns: Sequence[ListColumn]
    empty: Empty
    filters: Sequence[Filter] = ()
    one: str = "Eintrag"
    many: str = "Einträge"
    download_endpoint: str = ""
    file_columns: Sequence[ExportColumn] = ()
    file_row: Callable[[Row], Sequence[Value]] | None = None
    choice: RowChoice | None = None
    usual: str = ""
    """The order that shows when the address names none; the first one of the list unless it says so."""
    size: int = PAGE_SIZE
    table_id: str = "tabelle"

    def page(
        self,
        title: str,
        *,
        template: str = "web/list.html",
        options: Options | None = None,
        kept: Kept | None = None,
        empty: Empty | None = None,
        arguments: Mapping[str, object] | None = None,
        **context: Any,
    ) -> str:
        """Return the page of the list; `context` is what ``web/list.html`` or another template shows around it."""
        shown = self.shown(options=options, kept=kept, empty=empty, arguments=arguments)
        return render_template(template, title=title, shown=shown, **context)

    def shown(
        self,
        *,
        options: Options | None = None,
        kept: Kept | None = None,
        empty: Empty | None = None,
        arguments: Mapping[str, object] | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> ShownList:
        """Return one page of the list as the address asks for it.

        `kept` are further parts of the address that belong to the list, such as the tab; `arguments` are conditions;
        `variables` those of the download's address that name the thing whose parts are listed.
        """
        actor, session = current_actor(), db.session()
        narrowed = Narrowed.read(self.filters, request.args, options or {})
        conditions = {**narrowed.arguments, **(arguments or {})}
        sorting = self._sorting()
        asked = PageRequest.forgiving(request.args, self.listed.kinds(sorting.order), self.size)
        read = (session, actor.tenant_id)
        order: dict[str, Any] = {"order": sorting.order, "turned": sorting.turned}
        rows = self.listed.fetch(*read, asked, conditions, **order)
        if not rows and not asked.is_first:  # the rows behind the mark are gone
            asked = PageRequest(limit=self.size)
            rows = self.listed.fetch(*read, asked, conditions, **order)
        all_kept = {**(kept or {}), **narrowed.kept, **({SORT: sorting.word} if sorting.word else {})}
        page = make_page(
            rows, asked, key=lambda row: self.listed.key(row, sorting.order), path=request.path, args=all_kept
        )
        totals = None
        if asked.is_first:
            whole = page.next_url is None
            totals = self._added(page.rows) if whole else self.listed.totals(*read, conditions)
        sums = self._sums(totals)
        columns = [one for one in self.columns if one.permission is None or actor.may(one.permission)]
        choice = self._choosable(page.rows)
        return ShownList(
            caption=self.caption,
            table=draw_table(
                columns, page.rows, caption=self.caption, table_id=self.table_id,
                sorting=self._links(columns, sorting, all_kept), choice=choice,
                totals=sums if len(page.rows) > 1 else None,
            ) if page.rows else None,
            head=self._head(totals, sums) if totals else "Fortsetzung der Liste",
            beginning_url=None if totals else _address(request.path, all_kept),
            filters=narrowed.shown if page.rows or narrowed.is_set else (),
            sort_options=self._sort_options(columns),
            sort=sorting.word,
            kept=kept or {},
            path=request.path,
            reset_url=_address(request.path, kept or {}) if narrowed.is_set else None,
            chips=_chips(narrowed, all_kept),
            downloads=self._downloads(all_kept, variables or {}) if page.rows else (),
            choice=choice,
            empty=replace(NOTHING_FOUND, action=Action("Alle anzeigen", _address(request.path, kept or {})))
            if narrowed.is_set else empty or self.empty,
            also=() if page.rows or narrowed.is_set else [
                (one.label, _address(request.path, {**(kept or {}), one.name: one.options[0].value}))
                for one in self.filters if isinstance(one, AlsoFilter)
            ],
            previous_url=page.previous_url,
            next_url=page.next_url,
        )  # fmt: skip

    def download(
        self,
        table_format: str,
        *,
        options: Options | None = None,
        arguments: Mapping[str, object] | None = None,
    ) -> Response:
        """Send every row of the narrowed list, in its order, as an XLSX or CSV file; raises `NotFoundError`."""
        actor, sorting = current_actor(), self._sorting()
        narrowed = Narrowed.read(self.filters, request.args, options or {})
        conditions = {**narrowed.arguments, **(arguments or {})}
        rows = self.listed.all(
            db.session(), actor.tenant_id, conditions, order=sorting.order, turned=sorting.turned
        )
        columns = [one for one in self.columns if one.permission is None or actor.may(one.permission)]
        file_columns = self.file_columns or [named for one in columns for named in one.file_columns]
        file_row = self.file_row or (lambda row: [value for one in columns for value in one.filed(row)])
        name = f"{self.caption} {actor.tenant_name}"
        return send_table(table_format, name, self.caption, file_columns, map(file_row, rows))

    def _sorting(self) -> Sorting:
        """Read the order; what no column is called means the usual one."""
        word = request.args.get(SORT, "")
        for column in self.columns:
            if column.sort and word.removeprefix("-") == slugify(column.label):
                falls = word.startswith("-")
                turned = falls != self.listed.orders[column.sort].falls[0]
                usual = column.sort == self._usual and not turned
                return Sorting(column.sort, turned, "" if usual else word)
        return Sorting(self._usual, turned=False, word="")

    @property
    def _usual(self) -> str:
        return self.usual or self.listed.usual

    def _falls(self, sorting: Sorting) -> bool:
        return self.listed.orders[sorting.order].falls[0] != sorting.turned

    def _links(self, columns: Sequence[ListColumn], sorting: Sorting, kept: Kept) -> dict[str, HeadLink]:
        """Return how each head sorts: as the order is declared, and the other way when it already is."""
        found = {}
        for column in columns:
            if column.sort:
                current = column.sort == sorting.order
                falls = self._falls(sorting)
                next_falls = not falls if current else self.listed.orders[column.sort].falls[0]
                word = f"{'-' * next_falls}{slugify(column.label)}"
                direction = ("descending" if falls else "ascending") if current else None
                found[column.label] = HeadLink(_address(request.path, {**kept, SORT: word}), direction)
        return found

    def _sort_options(self, columns: Sequence[ListColumn]) -> list[Option]:
        """Return the orders as a choice, for where rows are cards and have no head to sort by."""
        found = []
        for column in columns:
            if column.sort:
                usual = self.listed.orders[column.sort].falls[0]
                for falls in (usual, not usual):
                    is_usual = column.sort == self._usual and falls is usual
                    word = "" if is_usual else f"{'-' * falls}{slugify(column.label)}"
                    found.append(Option(word, f"{column.label}, {'absteigend' if falls else 'aufsteigend'}"))
        return found

    def _added(self, rows: Sequence[Row]) -> Totals:
        """Return the totals of a list that stands on one page."""
        zero = Decimal(0)
        sums = {
            name: sum((row[name] for row in rows if row[name] is not None), zero) for name in self.listed.sums
        }
        return Totals(len(rows), sums=sums)

    def _head(self, totals: Totals, sums: Mapping[str, Decimal] | None) -> str:
        """Return how many rows there are, and their sum where there is one: below a long list nobody sees it."""
        count = str(Count(totals.count, totals.capped, self.one, self.many))
        summed = [one for one in self.columns if one.label in (sums or {})]
        if sums is None or len(summed) != 1:
            return count
        return f"{count}, Summe {summed[0].notation.write(sums[summed[0].label])}"

    def _sums(self, totals: Totals | None) -> dict[str, Decimal] | None:
        """Return the sums by the label of their column."""
        if totals is None:
            return None
        return {
            column.label: totals.sums[column.value]
            for column in self.columns
            if column.total and isinstance(column.value, str)
        }

    def _choosable(self, rows: Sequence[Row]) -> RowChoice | None:
        choice = self.choice
        if choice is None or not any(map(choice.when, rows)):
            return None
        return choice if choice.permission is None or current_actor().may(choice.permission) else None

    def _downloads(self, kept: Kept, variables: Mapping[str, Any]) -> list[tuple[str, str]]:
        if not self.download_endpoint:
            return []
        return [
            (label, _address(url_for(self.download_endpoint, table_format=ending, **variables), kept))
            for label, ending in (("Excel", "xlsx"), ("CSV", "csv"))
        ]


def _address(path: str, args: Kept) -> str:
    return f"{path}?{urlencode(args)}" if args else path


def _chips(narrowed: Narrowed, kept: Kept) -> list[Chip]:
    """Return the filters that are set, each with the address without it."""
    return [
        Chip(words, _address(request.path, {name: value for name, value in kept.items() if name != removed}))
        for removed, words in narrowed.sentences()
    ]
