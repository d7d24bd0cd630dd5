"""Asking all that waits for a person in one statement, and putting it into the order of Heute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, literal, select, union_all
from sqlalchemy.orm import Session

from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Todo
from kimhub.desk.public import Reckoned, Source
from tenants import Actor

MOST = 200
"""Rows that are asked for; whoever has more to do begins with these."""


class Group(StrEnum):
    """The parts of Heute, in their order."""

    OVERDUE = "Überfällig"
    TO_DO = "Zu erledigen"
    WAITING = "Andere sind am Zug"
    OVER = "Zeitraum vorbei"


@dataclass(frozen=True, slots=True)
class Today:
    """What Heute shows: things to do in order, by group; groups without any are left out."""

    groups: tuple[tuple[Group, tuple[Todo, ...]], ...]
    is_cut: bool
    """Whether there is more than `MOST`."""

    def of(self, group: Group) -> tuple[Todo, ...]:
        """Return the things to do in `group`."""
        return dict(self.groups).get(group, ())


def what_waits(
    session: Session,
    actor: Actor,
    declared: Iterable[Source | Reckoned],
    today: date,
    *,
    more: Iterable[Todo] = (),
) -> Today:
    """Return what the actor has to do and waits for: one statement, and those of the features that reckon."""
    asked, todos = [], [*more]
    for one in declared:
        if not (actor.may(one.permission) and actor.is_of(one.bodies)):
            continue
        if isinstance(one, Reckoned):
            todos += one.reckon(actor, today)
        else:
            asked.append(one)
    rows = _ask(session, actor, tuple(asked), today)
    by_name = {source.name: source for source in asked}
    todos += [by_name[row.source].draw(row) for row in rows[:MOST]]
    return Today(_grouped(todos, today), is_cut=len(rows) > MOST)


def group_of(todo: Todo, today: date) -> Group:
    """Return the part of Heute to which a thing to do belongs."""
    if todo.turn is Turn.OTHER:
        return Group.WAITING
    if todo.turn is Turn.OVER:
        return Group.OVER
    return Group.OVERDUE if todo.is_late(today) else Group.TO_DO


def _grouped(todos: Iterable[Todo], today: date) -> tuple[tuple[Group, tuple[Todo, ...]], ...]:
    found: dict[Group, list[Todo]] = {group: [] for group in Group}
    for todo in sorted(todos, key=_place):
        found[group_of(todo, today)].append(todo)
    return tuple((group, tuple(inside)) for group, inside in found.items() if inside)


def _place(todo: Todo) -> tuple[Any, ...]:
    """By day; without one, what has been waiting longest comes first, after all that has a day."""
    return (todo.due or date.max, todo.since or date.max, todo.title, todo.whom or "", todo.url)


def _ask(session: Session, actor: Actor, asked: tuple[Source, ...], today: date) -> list[Matter]:
    if not asked:
        return []
    values = {"me": actor.tenant_id, "who": actor.subject, "today": today}
    return [Matter(**row) for row in session.execute(one_statement(asked), values).mappings()]


@lru_cache(maxsize=64)  # as many as there are kinds of bodies and sets of permissions
def one_statement(asked: tuple[Source, ...]) -> Select[Any]:
    """Return one statement over all `asked`: one's own turn first, then by day, then by how long it has waited."""
    parts = [
        source.question.with_only_columns(
            literal(source.name, Text()).label("source"), *source.question.selected_columns
        )
        for source in asked
    ]
    rows = union_all(*parts).subquery("waits")
    return (
        select(rows)
        .order_by(rows.c.turn, rows.c.due.nulls_last(), rows.c.since, rows.c.subject_id)
        .limit(MOST + 1)
    )
