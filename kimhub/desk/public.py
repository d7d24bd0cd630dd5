"""What features put on Heute: sources of things to do, and the money of the year in one line.

Heute stores nothing. A feature declares what waits as one SELECT (`Source`); all that concern a person are asked in
one UNION ALL (queries.py). What only rules can say, a feature reckons (`Reckoned`). Whose turn it is comes from the
proceeding, so what is done or overtaken is gone by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Select

from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Tile, Todo
from tenants import EVERY_BODY, Actor, Bodies, Permission

_SOURCES = "kimhub.desk.sources"
_MONEY = "kimhub.desk.money"


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A kind of thing to do that the database can name: one SELECT over `matter_columns`, narrowed to `ME`."""

    name: str
    permission: Permission
    """Who may take the next step; nobody else is asked to."""
    question: Select[Any]
    draw: Callable[[Matter], Todo]
    bodies: Bodies = EVERY_BODY
    """Which bodies can have such things at all: those of the pages to which it leads."""


@dataclass(frozen=True, slots=True, eq=False)
class Reckoned:
    """A kind of thing to do that follows from rules over many rows, so that no SELECT names it."""

    name: str
    permission: Permission
    reckon: Callable[[Actor, date], Iterable[Todo]]
    bodies: Bodies = EVERY_BODY


def todo_of(row: Matter, title: str, url: str, step: str, **more: Any) -> Todo:
    """Return a row as a thing to do; whom it concerns, its days and whose turn it is are its own unless `more` says."""
    own = {"whom": row.whom, "since": row.since, "due": row.due, "turn": Turn(row.turn)}
    return Todo(title, url, step, **{**own, **more})


def add_source(app: Flask, source: Source | Reckoned) -> None:
    """Let what a feature declares stand on Heute."""
    declared: list[Source | Reckoned] = app.extensions.setdefault(_SOURCES, [])
    if any(known.name == source.name for known in declared):
        message = f"a source {source.name!r} exists"
        raise ValueError(message)
    declared.append(source)


def sources() -> Sequence[Source | Reckoned]:
    """Return everything that is declared."""
    declared: list[Source | Reckoned] = current_app.extensions.get(_SOURCES, [])
    return declared


@dataclass(frozen=True, slots=True)
class Money:
    """The money of the present year in one line of figures, and what somebody should look at."""

    title: str = ""
    figures: Sequence[Tile] = ()
    """From what was granted to what is free."""
    findings: Sequence[Todo] = ()


MoneyOfTheYear = Callable[[Actor, date], Money]
"""Returns it for a person; without figures where there are none, or they are not theirs to read."""


def set_money(app: Flask, money: MoneyOfTheYear) -> None:
    """Declare who knows the money of the year."""
    app.extensions[_MONEY] = money


def money_of(actor: Actor, today: date) -> Money:
    """Return the money of the present year for a person."""
    money: MoneyOfTheYear | None = current_app.extensions.get(_MONEY)
    return money(actor, today) if money else Money()
