"""What requests put on Heute: those in which somebody has to act, whichever side one stands on."""

from __future__ import annotations

from kimhub.core.formats import day, full_time_equivalents
from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.positions.bodies import ASKING, DECIDING
from kimhub.positions.desk_queries import OWN_REQUESTS, SHARED_REQUESTS
from kimhub.positions.pages.blueprint import page_url
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Permission

_TITLES = {
    State.DRAFT: "Stellenantrag fertigstellen und einreichen",
    State.SUBMITTED: "Über den Stellenantrag entscheiden",
    State.QUESTION: "Rückfrage zum Stellenantrag beantworten",
    State.ANSWERED: "Über den Stellenantrag entscheiden",
}
_STEPS = {State.DRAFT: "Weiterbearbeiten", State.QUESTION: "Beantworten"}


def _draw(row: Matter) -> Todo:
    state = State(row.kind)
    wanted = "" if row.figure is None else full_time_equivalents(row.figure)
    about = f"{row.title}, {wanted}" + (f" ab {day(row.day)}" if row.day else "")
    own = row.turn == Turn.OWN
    return todo_of(
        row,
        _TITLES[state] if own else f"Stellenantrag: {WORKFLOW.states[state]}",
        page_url("show", request_id=row.subject_id),
        _STEPS.get(state, "Prüfen") if own else "Öffnen",
        detail=about,
        owed=own and state is State.QUESTION,
    )


OWN = Source(
    "positions.own", Permission.REQUEST_WRITE, OWN_REQUESTS, _draw, ASKING,
    MayWait(frozenset({State.DRAFT}), "a draft is nobody else's; a question is answered"),
)  # fmt: skip
SHARED = Source("positions.shared", Permission.REQUEST_DECIDE, SHARED_REQUESTS, _draw, DECIDING)
"""Not put off: the Gemeinde waits for the decision."""
