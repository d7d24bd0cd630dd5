"""Every list that a module of kimhub declares, and how to read one from end to end."""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import kimhub
from kimhub.core.keyset import KeysetList
from kimhub.core.web.lists import ListPage
from kimhub.core.web.paging import PageRequest


def all_lists() -> dict[str, KeysetList]:
    """Return the lists by module and name; of lists that stand together in a mapping, also by their key."""
    for module in pkgutil.walk_packages(kimhub.__path__, "kimhub."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("kimhub.") and module is not None:
            for attribute, value in vars(module).items():
                for key, one in value.items() if isinstance(value, Mapping) else [("", value)]:
                    if isinstance(one, KeysetList) and one not in found.values():
                        found[f"{name}.{attribute}{f'[{key}]' if key else ''}"] = one
    return found


def most_rows(session: Session, listed: KeysetList) -> tuple[int, int, dict[str, Any]] | None:
    """Return, as superuser, who has most rows of a list, how many, and the thing whose parts they are, if any."""
    parts = [listed.conditions[listed.within].left] if listed.within else []
    rows = listed.rows.with_only_columns(listed.scope, *parts).where(listed.scope.is_not(None)).subquery()
    most = select(*rows.c, func.count()).group_by(*rows.c).order_by(func.count().desc()).limit(1)
    found = session.execute(most).one_or_none()
    if found is None:
        return None
    me, *thing, number = found
    return me, number, {listed.within: thing[0]} if thing else {}


def pages(
    session: Session,
    listed: KeysetList,
    me: int,
    narrowed: Mapping[str, Any],
    *,
    size: int,
    order: str,
    turned: bool,
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the places of all rows, page by page: forwards from the beginning, and backwards from the last page."""

    def read(asked: PageRequest) -> list[Any]:
        rows = listed.fetch(session, me, asked, narrowed, order=order, turned=turned)[:size]
        return [listed.key(row, order) for row in (rows[::-1] if asked.before else rows)]

    forwards = [read(PageRequest(limit=size))]
    while following := read(PageRequest(after=forwards[-1][-1], limit=size)):
        forwards.append(following)
    backwards = [forwards[-1]]
    while previous := read(PageRequest(before=backwards[0][0], limit=size)):
        backwards.insert(0, previous)
    return forwards, backwards


def list_pages() -> dict[str, ListPage]:
    """Return the pages of lists, by module and name."""
    all_lists()  # imports every module
    return {
        f"{name}.{attribute}{f'[{key}]' if key else ''}": one
        for name, module in sorted(sys.modules.items())
        if name.startswith("kimhub.") and module is not None
        for attribute, value in vars(module).items()
        for key, one in (value.items() if isinstance(value, Mapping) else [("", value)])
        if isinstance(one, ListPage) and name != "kimhub.core.web.lists"
    }
