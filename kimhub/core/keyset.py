"""Lists by keyset: the statements of a list, built once for each way in which it is read.

Never OFFSET (ADR 19): the next page is one index scan from the row at the edge, however far one has come. A list
states its scope itself (``scope = :me``); the row policy only guards. What it can be narrowed to and ordered by is
declared here and nowhere else, so that pages, files, API and desk read the same rows in the same order, and a test can
ask the catalog whether every order has its index (`tests/architecture/test_lists.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    ColumnElement,
    Integer,
    Label,
    RowMapping,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.visitors import iterate

from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import number
from kimhub.core.web.paging import PageRequest

COUNTED_UP_TO = 1000
"""Beyond it the figure is not worth its time."""
MOST_EXPORTED = 100_000
"""Rows of one file; a year of the largest city has fewer bookings."""
ROWS_AT_ONCE = 2_000
Arguments = Mapping[str, object]
"""What a list is narrowed to: the names of conditions that hold, with their values."""


def row_limit(name: str = "limit") -> BindParameter[int]:
    """Return the parameter `name` for ``LIMIT``, written into the statement as a number when it is sent.

    As a parameter, a limit of 51 rows looks to the planner like a tenth of the table. It then holds the plan that
    can be kept for worse than a new one each time, and plans every page anew: 0.73 instead of 0.36 ms.
    """
    return bindparam(name, type_=Integer, literal_execute=True)


def sought(words: str) -> str:
    """Return what people typed as the value of a parameter of ``icontains``: nothing in it has a meaning of its own."""
    return words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def alphabetical(text: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return what `text` is sorted by in German order (DIN 5007-1), where no key of `tenants.sorting` is stored."""
    return func.translate(func.lower(text), "äöüÄÖÜß", "aouaous", type_=Text())


class Order:
    """A total order by selected columns, the last of them unique; ``-`` before a name means falling.

    An order needs an index that leads with the list's scope and goes on with these columns, so that a page is read
    and not sorted. `few_rows` says why it needs none: how many rows a tenant can have at most.
    """

    def __init__(self, *columns: str, few_rows: str = "") -> None:
        self.names = tuple(column.removeprefix("-") for column in columns)
        self.falls = tuple(column.startswith("-") for column in columns)
        self.few_rows = few_rows


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows a list has, `capped` if there are more than were counted; what its columns add up to."""

    count: int
    capped: bool = False
    sums: Mapping[str, Decimal] = field(default_factory=dict)


class KeysetList:
    """A list of one tenant: its columns, what it can be narrowed to, its orders (the first is the usual one).

    `statement` selects and joins, but says nothing of scope and order; its joins neither add nor drop rows. Parameters
    of a condition bear the condition's name. `sums` are selected columns that are worth adding up. `within` is the
    condition that names the thing whose parts the rows are; it always holds.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]],
        *,
        scope: InstrumentedAttribute[Any],
        orders: Mapping[str, Order],
        conditions: Mapping[str, ColumnElement[bool]] | None = None,
        sums: Sequence[str] = (),
        within: str = "",
    ) -> None:
        self.scope: InstrumentedAttribute[Any] = scope
        self.orders = dict(orders)
        self.conditions = dict(conditions or {})
        self.sums = tuple(sums)
        self.within = within
        self.usual = next(iter(self.orders))
        self.rows = statement
        self._columns = statement.selected_columns
        self._built: dict[tuple[object, ...], Select[*tuple[Any, ...]]] = {}

    def kinds(self, order: str = "") -> tuple[type, ...]:
        """Return the types of a row's place in an order, to read a page mark."""
        return tuple(self._columns[name].type.python_type for name in self.orders[order or self.usual].names)

    def key(self, row: RowMapping, order: str = "") -> tuple[Any, ...]:
        """Return a row's place in an order, for the page mark."""
        return tuple(row[name] for name in self.orders[order or self.usual].names)

    def fetch(
        self,
        session: Session,
        me: int,
        asked: PageRequest,
        narrowed: Arguments | None = None,
        *,
        order: str = "",
        turned: bool = False,
    ) -> Sequence[RowMapping]:
        """Return at most ``asked.fetch`` rows: in list order, in reversed order when asked for what lies before.

        `turned` reads the order from its other end.
        """
        narrowed = narrowed or {}
        values = {**narrowed, "me": me, "limit": asked.fetch}
        edge = asked.after or asked.before
        values |= {f"edge_{index}": part for index, part in enumerate(edge or ())}
        statement = self.page(
            order,
            turned=turned != (asked.before is not None),
            edge=edge is not None,
            conditions=narrowed,
        )
        return session.execute(statement, values).mappings().all()

    def page(
        self, order: str = "", *, turned: bool = False, edge: bool = False, conditions: Iterable[str] = ()
    ) -> Select[*tuple[Any, ...]]:
        """Return the statement of a page: parameters ``me``, ``limit``, those of the conditions, ``edge_0`` …"""
        wanted = tuple(sorted(conditions))
        name = order or self.usual
        key = (name, turned, edge, *wanted)
        found = self._built.get(key)
        if found is None:
            found = self._built[key] = self._page(self.orders[name], wanted, turned=turned, edge=edge)
        return found

    def _page(
        self, order: Order, conditions: Sequence[str], *, turned: bool, edge: bool
    ) -> Select[*tuple[Any, ...]]:
        parts = [_expression(self._columns[name]) for name in order.names]
        falls = [fall is not turned for fall in order.falls]
        statement = (
            self.rows.where(self._scoped(), *(self.conditions[name] for name in conditions))
            .order_by(*(part.desc() if fall else part.asc() for part, fall in zip(parts, falls, strict=True)))
            .limit(row_limit())
        )
        return statement.where(_behind(parts, falls)) if edge else statement

    def totals(
        self, session: Session, me: int, narrowed: Arguments | None = None, *, limit: int = COUNTED_UP_TO
    ) -> Totals:
        """Return how many rows there are (up to `limit` where nothing is added up), and their sums."""
        narrowed = narrowed or {}
        row = session.execute(self.counting(narrowed), {**narrowed, "me": me, "limit": limit + 1}).one()
        if self.sums:
            return Totals(row[0], sums=dict(zip(self.sums, map(Decimal, row[1:]), strict=True)))
        return Totals(min(row[0], limit), capped=row[0] > limit)

    def counting(self, conditions: Iterable[str] = ()) -> Select[*tuple[Any, ...]]:
        """Return the statement of the totals; it joins only what a condition or a sum needs."""
        wanted = tuple(sorted(conditions))
        found = self._built.get(wanted)
        if found is None:
            found = self._built[wanted] = self._counting([self.conditions[name] for name in wanted])
        return found

    def _counting(self, conditions: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
        added = [self._columns[name] for name in self.sums]
        columns: list[Any] = [self.scope, *added]
        joined = self._needs_joins([*conditions, *added])
        rows = self.rows.with_only_columns(*columns) if joined else select(*columns)
        rows = rows.where(self._scoped(), *conditions)
        if not added:
            found = rows.limit(row_limit()).subquery()
            return select(func.count()).select_from(found)
        found = rows.subquery()
        return select(func.count(), *(func.coalesce(func.sum(found.c[name]), 0) for name in self.sums))

    def all(
        self,
        session: Session,
        me: int,
        narrowed: Arguments | None = None,
        *,
        order: str = "",
        turned: bool = False,
    ) -> Iterator[RowMapping]:
        """Yield every row in order, a few thousand at a time in memory.

        Raises `InvalidInputError` when there are more than one file should hold.
        """
        totals = self.totals(session, me, narrowed, limit=MOST_EXPORTED)
        if totals.capped or totals.count > MOST_EXPORTED:
            raise InvalidInputError(
                f"Die Liste hat mehr als {number(MOST_EXPORTED)} Zeilen, so viele hält eine Datei. "
                "Grenzen Sie die Liste ein, zum Beispiel auf ein Haushaltsjahr."
            )
        asked = PageRequest(limit=ROWS_AT_ONCE)
        while True:
            rows = self.fetch(session, me, asked, narrowed, order=order, turned=turned)
            yield from rows[: asked.limit]
            if len(rows) <= asked.limit:
                return
            asked = PageRequest(after=self.key(rows[asked.limit - 1], order), limit=ROWS_AT_ONCE)

    def statements(self) -> Iterator[tuple[str, Select[*tuple[Any, ...]]]]:
        """Yield every statement that tests should see: all orders, conditions one by one and all together."""
        always = (self.within,) if self.within else ()
        ways = [always, *((*always, name) for name in self.conditions if name != self.within)]
        if len(ways) > 2:
            ways.append(tuple(self.conditions))
        for conditions in ways:
            narrowed = ", ".join(conditions) or "everything"
            yield f"totals of {narrowed}", self.counting(conditions)
            for order in self.orders:
                for turned in (False, True):
                    for edge in (False, True):
                        name = f"{narrowed} by {order}{' turned' * turned}{' from an edge' * edge}"
                        yield name, self.page(order, turned=turned, edge=edge, conditions=conditions)

    def _scoped(self) -> ColumnElement[bool]:
        return self.scope == bindparam("me", type_=self.scope.type)

    def _needs_joins(self, expressions: Sequence[ColumnElement[Any]]) -> bool:
        """Tell whether an expression looks at more than the list's own table."""
        own: str = self.scope.class_.__tablename__
        return any(
            isinstance(element, ColumnClause) and getattr(element.table, "name", None) != own
            for expression in expressions
            for element in iterate(_expression(expression))
        )


def _expression(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what stands behind a label; ORDER BY and WHERE repeat it, for they are not sure to see the name."""
    return column.element if isinstance(column, Label) else column


def _behind(parts: Sequence[ColumnElement[Any]], falls: Sequence[bool]) -> ColumnElement[bool]:
    """Return the condition for rows behind the edge: one comparison of rows, which an index answers.

    Where columns rise and fall side by side there is no such comparison, and the condition is written out.
    """
    edge = [bindparam(f"edge_{index}", type_=part.type) for index, part in enumerate(parts)]
    if len(set(falls)) == 1:
        return tuple_(*parts) < tuple_(*edge) if falls[0] else tuple_(*parts) > tuple_(*edge)
    further = [
        part < mark if fall else part > mark for part, mark, fall in zip(parts, edge, falls, strict=True)
    ]
    return or_(
        *(
            and_(*(part == mark for part, mark in zip(parts[:index], edge[:index], strict=True)), beyond)
            for index, beyond in enumerate(further)
        )
    )
