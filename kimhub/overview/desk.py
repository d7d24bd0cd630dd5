"""What the overview puts on Heute: the money of the present year in one line, and what needs attention."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for

from kimhub.core.formats import euro
from kimhub.core.web.view import Tile, Todo
from kimhub.desk.public import Money
from kimhub.overview.alerts import Alert
from kimhub.overview.collect import overview
from kimhub.overview.figures import YearFigures
from tenants import Actor, Permission, db

_ACTS = (Permission.FUNDING_WRITE, Permission.EXPENDITURE_WRITE)


def money_of_the_year(actor: Actor, today: date) -> Money:
    """Return the figures of the present Haushaltsjahr and what is wrong with them; empty for who may not read them."""
    if not (actor.may(Permission.FUNDING_READ) and actor.may(Permission.EXPENDITURE_READ)):
        return Money()
    shown = overview(db.session(), actor, year=today.year)
    if shown.is_empty:
        return Money()
    (year,) = shown.years
    acts = any(actor.may(permission) for permission in _ACTS)
    return Money(
        f"Mittel {year.year}",
        tuple(_figures(year)),
        tuple(_todo(alert) for alert in shown.alerts) if acts else (),
    )


def _figures(year: YearFigures) -> Iterator[Tile]:
    here = url_for("overview.show", jahr=year.year)
    if year.granted:
        yield Tile("bewilligt", euro(year.granted), url=here)
    if year.received:
        yield Tile("erhalten", euro(year.received), url=here)
    if year.passed_on:
        given = url_for("funding.allocation_list", jahr=year.year)
        yield Tile("weitergeleitet", euro(year.passed_on), url=given)
    spent = url_for("spending.listing", jahr=year.year)
    yield Tile("selbst ausgegeben" if year.passed_on else "ausgegeben", euro(year.spent_itself), url=spent)
    yield Tile("frei", euro(year.free), url=here)


def _todo(alert: Alert) -> Todo:
    return Todo(
        alert.title,
        url_for("overview.show", jahr=alert.year),
        "Ansehen",
        detail=alert.detail,
        due=alert.until,
    )
