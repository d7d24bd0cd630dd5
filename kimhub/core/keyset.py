"""Lists by keyset: the statements of a list, prebuilt once, for its first page and the pages beside it.

Never OFFSET (ADR 19): the next page is one index scan from the row at the edge, however far one has come.
The statement states its scope itself (``tenant_id = :tenant``); the row policy only guards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, RowMapping, Select, bindparam, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from kimhub.core.web.paging import PageRequest


def row_limit(name: str = "limit") -> BindParameter[int]:
    """Return the parameter `name` for ``LIMIT``, written into the statement as a number when it is sent.

    As a parameter, a limit of 51 rows looks to the planner like a tenth of the table. It then holds the plan that
    can be kept for worse than a new one each time, and plans every page anew: 0.73 instead of 0.36 ms.
    """
    return bindparam(name, type_=Integer, literal_execute=True)


class KeysetList:
    """A list with a total order, newest or highest first (`descending`) or the other way round."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]], *order: InstrumentedAttribute[Any], descending: bool = True
    ) -> None:
        key = tuple_(*order)
        edge = tuple_(*(bindparam(f"edge_{index}", type_=column.type) for index, column in enumerate(order)))
        forwards = self._ordered(statement, order, descending=descending)
        backwards = self._ordered(statement, order, descending=not descending)
        behind: ColumnElement[bool] = key < edge if descending else key > edge
        ahead: ColumnElement[bool] = key > edge if descending else key < edge
        self.first = forwards
        self.after = forwards.where(behind)
        self.before = backwards.where(ahead)

    @staticmethod
    def _ordered(
        statement: Select[*tuple[Any, ...]], order: Sequence[InstrumentedAttribute[Any]], *, descending: bool
    ) -> Select[*tuple[Any, ...]]:
        columns = [column.desc() if descending else column.asc() for column in order]
        return statement.order_by(*columns).limit(row_limit())

    def fetch(
        self, session: Session, asked: PageRequest, arguments: Mapping[str, object]
    ) -> Sequence[RowMapping]:
        """Return at most ``asked.fetch`` rows: in list order, reversed when asked for what lies before."""
        values = {**arguments, "limit": asked.fetch}
        edge = asked.after or asked.before
        if edge is None:
            return session.execute(self.first, values).mappings().all()
        values |= {f"edge_{index}": part for index, part in enumerate(edge)}
        statement = self.after if asked.after is not None else self.before
        return session.execute(statement, values).mappings().all()
