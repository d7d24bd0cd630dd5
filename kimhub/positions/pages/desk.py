"""What requests put on the desk: those in which the next step is one's own, the longest waiting first."""

from __future__ import annotations

from kimhub.core import formats
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Todo
from kimhub.desk.public import Contribution
from kimhub.positions.pages.blueprint import page_url
from kimhub.positions.pages.presenting import state_badge
from kimhub.positions.queries import RequestRow, Scope, list_requests, scope_of
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Actor, Permission, TenantKind, db
from tenants.proceedings import Side

SHOWN = 5


def waiting_requests(actor: Actor) -> Contribution | None:
    """Return the requests that wait for the actor's side; None for whoever has nothing to do with requests."""
    scope = scope_of(actor)
    acts = Permission.REQUEST_DECIDE if scope is Scope.SHARED else Permission.REQUEST_WRITE
    if not actor.may(acts) or actor.tenant_kind not in {TenantKind.KREIS, TenantKind.GEMEINDE}:
        return None
    side = Side.COUNTERPART if scope is Scope.SHARED else Side.INITIATOR
    rows = list_requests(
        db.session(),
        actor.tenant_id,
        scope,
        PageRequest(limit=SHOWN),
        states=[State(state) for state, whose in WORKFLOW.waiting.items() if whose is side],
        oldest_first=True,
    )[:SHOWN]
    return Contribution(
        title="Anträge, die auf Sie warten" if scope is Scope.SHARED else "Ihre offenen Anträge",
        todos=[_todo(row, scope) for row in sorted(rows, key=lambda row: row.since or row.at)],
        empty=(
            "Kein Antrag wartet auf Ihre Entscheidung."
            if scope is Scope.SHARED
            else "Kein Antrag wartet auf Sie. Unter „Stellen“ beantragen Sie eine zusätzliche Koordinierungsstelle."
        ),
        more_url=page_url("listing"),
    )


def _todo(row: RequestRow, scope: Scope) -> Todo:
    begun = f"seit {formats.day(row.since)}" if row.since else f"begonnen am {formats.day(row.at)}"
    return Todo(
        f"{row.gemeinde}: {row.function}" if scope is Scope.SHARED else row.function,
        page_url("show", request_id=row.id),
        detail=f"{formats.full_time_equivalents(row.fte)} ab {formats.day(row.starts_on)}, {begun}",
        badge=state_badge(row.state),
    )
