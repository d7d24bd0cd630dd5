"""Asking all that waits for a person in one statement, and putting it into the order of Heute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, Text, and_, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from kimhub.core.formats import day
from kimhub.core.matters import ME, TODAY, Matter, Turn
from kimhub.core.web.view import Action, Todo
from kimhub.desk.models import NO_SUBJECT, Deferral
from kimhub.desk.public import Reckoned, Source
from tenants import Actor, Permission, Role

MOST = 200
"""Rows that are asked for; whoever has more to do begins with these."""


class Group(StrEnum):
    """The parts of Heute, in their order."""

    OVERDUE = "Überfällig"
    TO_DO = "Zu erledigen"
    WAITING = "Andere sind am Zug"
    LATER = "Zurückgestellt"
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
    todos += [_drawn(actor, by_name[row.source], row, off, today) for row, off in rows[:MOST]]
    return Today(_grouped(todos, today), is_cut=len(rows) > MOST)


def group_of(todo: Todo, today: date) -> Group:
    """Return the part of Heute to which a thing to do belongs."""
    if todo.turn is Turn.OTHER:
        return Group.WAITING
    if todo.turn is Turn.OVER:
        return Group.OVER
    if todo.turn is Turn.LATER:
        return Group.LATER
    return Group.OVERDUE if todo.is_late(today) else Group.TO_DO


def _grouped(todos: Iterable[Todo], today: date) -> tuple[tuple[Group, tuple[Todo, ...]], ...]:
    found: dict[Group, list[Todo]] = {group: [] for group in Group}
    for todo in sorted(todos, key=_place):
        found[group_of(todo, today)].append(todo)
    return tuple((group, tuple(inside)) for group, inside in found.items() if inside)


def _place(todo: Todo) -> tuple[Any, ...]:
    """By day; without one, what has been waiting longest comes first, after all that has a day."""
    return (todo.later or todo.due or date.max, todo.since or date.max, todo.title, todo.whom or "", todo.url)


def _drawn(actor: Actor, source: Source, row: Matter, off: _Off | None, today: date) -> Todo:
    """Return a row as it stands on Heute: put off as long as it may be, else with the way to put it off."""
    todo = source.draw(row)
    if todo.is_late(today) or not source.may_be_put_off(row, today):
        return todo
    if off is None:
        if not actor.may(Permission.FOLLOW_UP_WRITE):
            return todo
        where = url_for(
            "desk.put_off_line", source=row.source, kind=row.kind, subject_id=row.subject_id or NO_SUBJECT
        )
        return replace(todo, also=Action("Zurückstellen", where))
    said = f"Zurückgestellt von {off.by} bis {day(off.until)}" + (f": {off.why}" if off.why else ".")
    return replace(
        todo,
        turn=Turn.LATER,
        later=off.until,
        aside=said,
        also=Action("Ändern oder wieder vorlegen", url_for("desk.show_deferral", deferral_id=off.id))
        if actor.may(Permission.FOLLOW_UP_WRITE)
        else None,
    )


@dataclass(frozen=True, slots=True)
class _Off:
    """That a row is put off, until when, by which role and why."""

    id: UUID
    until: date
    by: str
    why: str


def values_of(actor: Actor, today: date) -> dict[str, object]:
    """Return the parameters that sources may use."""
    readers = [*(role.value for role in Role if role in actor.roles), str(actor.subject)]
    return {"me": actor.tenant_id, "who": actor.subject, "today": today, "readers": readers}


def _ask(
    session: Session, actor: Actor, asked: tuple[Source, ...], today: date
) -> list[tuple[Matter, _Off | None]]:
    if not asked:
        return []
    found = session.execute(one_statement(asked), values_of(actor, today))
    return [(Matter(*row[:-4]), _Off(*row[-4:]) if row[-4] else None) for row in found]


@lru_cache(maxsize=64)  # as many as there are kinds of bodies and sets of permissions
def one_statement(asked: tuple[Source, ...]) -> Select[Any]:
    """Return one statement over all `asked`: one's own turn first, then by day, then by how long it has waited.

    What is put off comes last, with the four columns that say until when, by whom and why.
    """
    parts = [
        source.question.with_only_columns(
            literal(source.name, Text()).label("source"), *source.question.selected_columns
        )
        for source in asked
    ]
    rows = union_all(*parts).subquery("waits")
    off = and_(
        Deferral.tenant_id == ME,
        Deferral.source == rows.c.source,
        Deferral.kind == rows.c.kind,
        Deferral.subject_id == func.coalesce(rows.c.subject_id, NO_SUBJECT),
        Deferral.ended_at.is_(None),
        Deferral.until > TODAY,
    )
    turn = case((Deferral.id.is_not(None), int(Turn.LATER)), else_=rows.c.turn)
    return (
        select(rows, Deferral.id, Deferral.until, Deferral.actor_label, Deferral.reason)
        .outerjoin(Deferral, off)
        .order_by(turn, rows.c.due.nulls_last(), rows.c.since, rows.c.subject_id)
        .limit(MOST + 1)
    )
