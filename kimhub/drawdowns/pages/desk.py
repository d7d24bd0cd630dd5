"""What the Mittelabruf puts on the desk: money to draw, money to pay back, and money that must be used soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from kimhub.core import clock, formats
from kimhub.core.web.view import Badge, Todo, Tone
from kimhub.desk.public import Contribution
from kimhub.drawdowns.pages.blueprint import name_of, page_url, standing_url
from kimhub.drawdowns.standing_queries import Standing, standings
from tenants import Actor, Permission, db

SHOWN = 5
_WORTH_A_LINE = Decimal("1.00")
"""Cents that rounding leaves over are no task."""


def money_to_draw(actor: Actor) -> Contribution | None:
    """Return what is to be done with the tenant's grants; None for whoever has none."""
    if not actor.may(Permission.FUNDING_READ):
        return None
    found = standings(db.session(), actor.tenant_id, clock.today())
    if not found:
        return None
    todos = [todo for one in found for todo in _todos(one)]
    return Contribution(
        title="Mittelabruf",
        todos=todos[:SHOWN],
        empty="Zurzeit ist nichts abzurufen und nichts fristgebunden zu verwenden.",
        more_url=page_url("listing"),
    )


def _todos(one: Standing) -> Iterator[Todo]:
    url, detail = standing_url("show", one), f"{one.title}: {name_of(one)}"
    if one.result.repay:
        yield Todo(
            f"Zurückzuzahlen: {formats.euro(one.result.repay)}",
            url,
            detail,
            badge=Badge("zu viel abgerufen", Tone.DANGER),
        )
    for receipt in [each for each in one.unused_in_time if each.unused >= _WORTH_A_LINE][:1]:
        over = receipt.deadline < clock.today()
        begins = receipt.deadline + timedelta(days=1)
        since = f"{'seit' if over else 'ab'} {formats.day(begins)}"
        yield Todo(
            f"Zinsrisiko {since}: {formats.euro(receipt.unused)} noch nicht verwendet",
            url,
            detail,
            due=None if over else receipt.deadline,
            badge=Badge("Zinsen laufen", Tone.DANGER) if over else Badge("verwenden", Tone.WARNING),
        )
    if one.result.amount:
        yield Todo(
            f"Abruf möglich: {formats.euro(one.result.amount)}",
            url,
            f"{detail}. {one.result.reason}",
            badge=Badge("abrufbar", Tone.SUCCESS),
        )
