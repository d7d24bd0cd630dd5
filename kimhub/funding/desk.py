"""What Weiterleitungen put on the desk: where the next step is one's own, and received money not passed on yet."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for

from kimhub.core.formats import euro
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Badge, Todo, Tone
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

    First what was received, then objections, waivers and drafts of one's own, then received money of which nothing
    is passed on, which only those can do who have received from a Kreis.
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
    todos += [
        Todo(
            f"Noch nicht weitergeleitet: {fund.title}",
            url_for("funding.show_allocation", allocation_id=fund.id),
            detail=f"{euro(left)} verfügbar",
        )
        for fund in funds(session, me)
        if not fund.is_grant
        and (left := sum((balance.left for balance in fund.balances), Decimal(0)))
        and not any(balance.passed_on for balance in fund.balances)
    ]
    if not todos:
        return None
    return Contribution(
        title="Weiterleitungen",
        todos=todos[:SHOWN],
        empty="Keine Weiterleitung wartet auf Sie.",
        more_url=url_for("funding.allocation_list"),
    )


def _todo(row: AllocationRow, other: str) -> Todo:
    return Todo(
        f"{_WORDS[row.state]}: {row.title}, {other}",
        url_for("funding.show_allocation", allocation_id=row.id),
        detail=euro(row.amount),
        badge=Badge(WORKFLOW.states[row.state], _TONES.get(row.state, Tone.INFO)),
    )
