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

from flask import Flask, current_app, url_for
from sqlalchemy import Select

from kimhub.core.matters import Matter, Turn
from kimhub.core.routing import admitted
from kimhub.core.web.view import Action, Tile, Todo
from kimhub.programme.public import months_after
from tenants import EVERY_BODY, Actor, Bodies, Permission

_SOURCES = "kimhub.desk.sources"
_MONEY = "kimhub.desk.money"
_OFFERED = "kimhub.desk.offered"


@dataclass(frozen=True, slots=True)
class MayWait:
    """That lines of a source may be put off: those whose kind is one of `kinds`, because of `why`.

    Never what others are owed by law or on paper: proof, repayment, answer, confirmation (ADR 36).
    """

    kinds: frozenset[str]
    why: str
    last_day: Callable[[Matter], date | None] = lambda row: row.due
    """The day until which it is to be done, where there is one; it is not put off beyond that."""


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
    may_wait: MayWait | None = None
    """Whether its lines may be put off; they may not unless it says so, and why."""

    def last_day(self, row: Matter) -> date | None:
        """Return the day until which a line that may wait is to be done, None where there is none."""
        return self.may_wait.last_day(row) if self.may_wait else None

    def may_be_put_off(self, row: Matter, today: date) -> bool:
        """Tell whether a line may be put off: it says so, it is one's own turn, and its day is not past."""
        if self.may_wait is None or row.kind not in self.may_wait.kinds or row.turn != Turn.OWN:
            return False
        last = self.last_day(row)
        return last is None or last >= today


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


def farthest_day(today: date) -> date:
    """Return the last day to which something can be put: a year from today."""
    return months_after(today, 12)


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


def offer_at_heute(app: Flask, label: str, endpoint: str) -> None:
    """Let a link of a feature stand at the head of Heute, for whoever may go there."""
    app.extensions.setdefault(_OFFERED, []).append((label, endpoint))


def offered(actor: Actor) -> list[Action]:
    """Return these links for a person."""
    declared: list[tuple[str, str]] = current_app.extensions.get(_OFFERED, [])
    return [Action(label, url_for(endpoint)) for label, endpoint in declared if admitted(endpoint, actor)]


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
