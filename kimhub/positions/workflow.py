"""The life of a request, declared once: pages, API, timeline and database follow it (fachlichkeit.md §5).

What comes after the Kreis has endorsed (in den Antrag aufgenommen, bewilligt or abgelehnt by the
Bezirksregierung, besetzt) continues from ``endorsed`` when the application itself is kept here.
"""

from __future__ import annotations

from enum import StrEnum

from tenants import Permission
from tenants.proceedings import DRAFT, Side, Transition, Workflow

KIND = "position_request"


class State(StrEnum):
    """Where a request stands."""

    DRAFT = DRAFT
    SUBMITTED = "submitted"
    QUESTION = "question"
    ANSWERED = "answered"
    ENDORSED = "endorsed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


EDITABLE = frozenset({State.DRAFT, State.QUESTION})
"""When the Gemeinde may change what it asks for: before submission, and while the Kreis waits for an answer."""

_AT_THE_KREIS = (State.SUBMITTED, State.ANSWERED)
_UNDECIDED = (State.SUBMITTED, State.QUESTION, State.ANSWERED)

WORKFLOW = Workflow(
    kind=KIND,
    title="Zusätzliche Koordinierungsstelle",
    states={
        State.DRAFT: "Entwurf",
        State.SUBMITTED: "eingereicht",
        State.QUESTION: "Rückfrage",
        State.ANSWERED: "beantwortet",
        State.ENDORSED: "befürwortet",
        State.REJECTED: "abgelehnt",
        State.WITHDRAWN: "zurückgezogen",
    },
    transitions=(
        Transition(
            action="submit",
            from_states=(State.DRAFT,),
            to_state=State.SUBMITTED,
            side=Side.INITIATOR,
            permission=Permission.REQUEST_WRITE,
            label="Antrag einreichen",
            done="hat den Antrag eingereicht",
        ),
        Transition(
            action="ask",
            from_states=_AT_THE_KREIS,
            to_state=State.QUESTION,
            side=Side.COUNTERPART,
            permission=Permission.REQUEST_DECIDE,
            label="Rückfrage stellen",
            done="hat eine Rückfrage gestellt",
            note_required=True,
        ),
        Transition(
            action="answer",
            from_states=(State.QUESTION,),
            to_state=State.ANSWERED,
            side=Side.INITIATOR,
            permission=Permission.REQUEST_WRITE,
            label="Rückfrage beantworten",
            done="hat die Rückfrage beantwortet",
            note_required=True,
        ),
        Transition(
            action="endorse",
            from_states=_AT_THE_KREIS,
            to_state=State.ENDORSED,
            side=Side.COUNTERPART,
            permission=Permission.REQUEST_DECIDE,
            label="Antrag befürworten",
            done="hat den Antrag befürwortet",
        ),
        Transition(
            action="reject",
            from_states=_UNDECIDED,  # also while a question stays without an answer
            to_state=State.REJECTED,
            side=Side.COUNTERPART,
            permission=Permission.REQUEST_DECIDE,
            label="Antrag ablehnen",
            done="hat den Antrag abgelehnt",
            note_required=True,
        ),
        Transition(
            action="withdraw",
            from_states=_UNDECIDED,
            to_state=State.WITHDRAWN,
            side=Side.INITIATOR,
            permission=Permission.REQUEST_WRITE,
            label="Antrag zurückziehen",
            done="hat den Antrag zurückgezogen",
        ),
    ),
    waiting={
        State.DRAFT: Side.INITIATOR,
        State.SUBMITTED: Side.COUNTERPART,
        State.QUESTION: Side.INITIATOR,
        State.ANSWERED: Side.COUNTERPART,
    },
)
