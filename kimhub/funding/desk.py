"""What Weiterleitungen put on the desk: where the next step is one's own, and what is not passed on yet."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for

from kimhub.core import clock
from kimhub.core.formats import euro
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Badge, Tile, Todo, Tone
from kimhub.desk.public import Contribution
from kimhub.funding.queries import AllocationRow, Scope, funds, list_allocations
from kimhub.funding.workflow import WORKFLOW, State
from tenants import Actor, Permission, db

SHOWN = 5
_RECEIVED = (State.ISSUED, State.AMENDED)
_GIVEN = (State.OBJECTED, State.WAIVED, State.DRAFT)
_TONES = {State.OBJECTED: Tone.WARNING, State.WAIVED: Tone.WARNING}
_WORDS = {
    State.ISSUED: "Bestätigen", State.AMENDED: "Änderung bestätigen", State.OBJECTED: "Einwand",
    State.WAIVED: "Verzicht", State.DRAFT: "Noch nicht erteilt",
}  # fmt: skip


def waiting_allocations(actor: Actor) -> Contribution | None:
    """Return the allocations that wait for the actor's side; None for whoever does not write them.

    First what was received, then objections, waivers and drafts of one's own.
    """
    if not actor.may(Permission.FUNDING_WRITE):
        return None
    session, me = db.session(), actor.tenant_id
    asked = PageRequest(limit=SHOWN)
    todos = [
        _todo(row, row.giver) for row in list_allocations(session, me, Scope.RECEIVED, asked, states=_RECEIVED)
    ]  # fmt: skip
    todos += [
        _todo(row, row.recipient) for row in list_allocations(session, me, Scope.GIVEN, asked, states=_GIVEN)
    ]
    left = _left_to_pass_on(actor)
    if not todos and left is None:
        return None
    return Contribution(
        title="Weiterleitungen",
        todos=todos[:SHOWN],
        empty="Keine Weiterleitung wartet auf Sie.",
        tiles=[left] if left else [],
        more_url=url_for("funding.allocation_list"),
    )


def _left_to_pass_on(actor: Actor) -> Tile | None:
    """Return what is left of the funds from which the tenant passes on; nothing for whoever keeps its money."""
    begun = [
        fund
        for fund in funds(db.session(), actor.tenant_id, year=clock.today().year)
        if any(balance.passed_on for balance in fund.balances)
    ]
    if not begun:
        return None
    left = sum((balance.left for fund in begun for balance in fund.balances), Decimal(0))
    note = f"aus {len(begun)} {'Topf' if len(begun) == 1 else 'Töpfen'} im Jahr {clock.today().year}"
    return Tile("Noch nicht weitergeleitet", euro(left), note=note, url=url_for("funding.new_allocation"))


def _todo(row: AllocationRow, other: str) -> Todo:
    return Todo(
        f"{_WORDS[row.state]}: {row.title}, {other}",
        url_for("funding.show_allocation", allocation_id=row.id),
        detail=euro(row.amount),
        badge=Badge(WORKFLOW.states[row.state], _TONES.get(row.state, Tone.INFO)),
    )
