"""What the Mittelabruf puts on Heute: money to draw, to pay back, to use soon, and money that has not come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kimhub.core.formats import day, euro
from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Todo
from kimhub.desk.public import Reckoned, Source, todo_of
from kimhub.drawdowns.desk_queries import NOT_RECEIVED
from kimhub.drawdowns.pages.blueprint import name_of, page_url, standing_url
from kimhub.drawdowns.standing_queries import Standing, standings
from kimhub.drawdowns.terms import WORTH_A_LINE
from tenants import GRANT_RECIPIENTS, Actor, Permission, db


def _not_received(row: Matter) -> Todo:
    return todo_of(
        row,
        f"{euro(row.figure or Decimal(0))} abgerufen und nicht eingegangen",
        page_url("show_entry", drawdown_id=row.subject_id),
        "Eingang erfassen",
        detail=f"{row.title}, {row.number}" + (f", abgerufen am {day(row.day)}" if row.day else ""),
        owed=row.turn == Turn.OWN,
        step_url=page_url("receive", drawdown_id=row.subject_id),
    )


def money_to_draw(actor: Actor, today: date) -> Iterator[Todo]:
    """Yield what is to be done with the tenant's grants by the rules of the Mittelabruf."""
    for one in standings(db.session(), actor.tenant_id, today):
        yield from _todos(one, today)


def _todos(one: Standing, today: date) -> Iterator[Todo]:
    url, detail = standing_url("show", one), f"{one.title}: {name_of(one)}"
    if one.result.repay:
        yield Todo(
            f"{euro(one.result.repay)} zurückzahlen",
            url,
            "Rückzahlung erfassen",
            detail=f"{detail}. Es ist mehr abgerufen, als bewilligt oder nötig ist.",
            owed=True,
        )
    for receipt in [each for each in one.unused_in_time if each.unused >= WORTH_A_LINE][:1]:
        late = receipt.deadline < today
        yield Todo(
            f"{euro(receipt.unused)} verwenden oder zurückzahlen",
            url,
            "Ansehen",
            detail=f"{detail}. {'Seither laufen Zinsen.' if late else 'Danach laufen Zinsen.'}",
            due=receipt.deadline,
        )
    if one.result.amount:
        over = one.period_to is not None and one.period_to < today
        yield Todo(
            f"{'Nicht abgerufen' if over else 'Abruf möglich'}: {euro(one.result.amount)}",
            url,
            "Ansehen" if over else "Abrufen",
            turn=Turn.OVER if over else Turn.OWN,
            detail=f"{detail}. {one.notice if over else one.result.reason}",
        )


NOT_IN = Source(
    "drawdowns.not-received", Permission.FUNDING_WRITE, NOT_RECEIVED, _not_received, GRANT_RECIPIENTS
)
RULES = Reckoned("drawdowns.rules", Permission.FUNDING_WRITE, money_to_draw, GRANT_RECIPIENTS)
