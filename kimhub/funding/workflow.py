"""The life of an allocation between two tenants, declared once (fachlichkeit.md §4)."""

from __future__ import annotations

from enum import StrEnum

from tenants import Permission
from tenants.proceedings import DRAFT, Side, Transition, Workflow

KIND = "allocation"
ANSWER_DAYS = 30
"""Days after which an allocation that nobody has answered is asked after. No rule of law: experience."""


class State(StrEnum):
    """Where an allocation stands; to an organisation of the address book it goes from draft to issued to ended."""

    DRAFT = DRAFT
    ISSUED = "issued"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    AMENDED = "amended"
    WAIVED = "waived"
    ENDED = "ended"


_OPEN = (State.ISSUED, State.AMENDED)
_STANDING = (State.ISSUED, State.CONFIRMED, State.OBJECTED, State.AMENDED)

WORKFLOW = Workflow(
    kind=KIND,
    title="Weiterleitung",
    states={
        State.DRAFT: "Entwurf",
        State.ISSUED: "erteilt",
        State.CONFIRMED: "bestätigt",
        State.OBJECTED: "Einwand",
        State.AMENDED: "geändert",
        State.WAIVED: "Verzicht",
        State.ENDED: "beendet",
    },
    transitions=(
        Transition(
            action="issue",
            from_states=(State.DRAFT,),
            to_state=State.ISSUED,
            side=Side.INITIATOR,
            permission=Permission.FUNDING_WRITE,
            label="Weiterleitung erteilen",
            done="hat die Mittel weitergeleitet",
        ),
        Transition(
            action="confirm",
            from_states=_OPEN,
            to_state=State.CONFIRMED,
            side=Side.COUNTERPART,
            permission=Permission.FUNDING_WRITE,
            label="Erhalt bestätigen",
            done="hat den Erhalt bestätigt",
        ),
        Transition(
            action="object",
            from_states=_OPEN,
            to_state=State.OBJECTED,
            side=Side.COUNTERPART,
            permission=Permission.FUNDING_WRITE,
            label="Einwand erheben",
            done="hat einen Einwand erhoben",
            note_required=True,
        ),
        Transition(
            action="uphold",
            from_states=(State.OBJECTED,),
            to_state=State.ISSUED,
            side=Side.INITIATOR,
            permission=Permission.FUNDING_WRITE,
            label="Einwand beantworten",
            done="hat den Einwand beantwortet und hält an der Weiterleitung fest",
            note_required=True,
        ),
        Transition(
            action="waive",
            from_states=_STANDING,
            to_state=State.WAIVED,
            side=Side.COUNTERPART,
            permission=Permission.FUNDING_WRITE,
            label="Auf die Mittel verzichten",
            done="hat auf die Mittel verzichtet",
            note_required=True,
        ),
        Transition(
            action="amend",
            from_states=(*_STANDING, State.WAIVED),
            to_state=State.AMENDED,
            side=Side.INITIATOR,
            permission=Permission.FUNDING_WRITE,
            label="Weiterleitung ändern",
            done="hat die Weiterleitung geändert",
            note_required=True,
        ),
        Transition(
            action="end",
            from_states=(*_STANDING, State.WAIVED),
            to_state=State.ENDED,
            side=Side.INITIATOR,
            permission=Permission.FUNDING_WRITE,
            label="Weiterleitung beenden",
            done="hat die Weiterleitung beendet; die Mittel sind zurück",
            note_required=True,
        ),
    ),
    waiting={
        State.DRAFT: Side.INITIATOR,
        State.ISSUED: Side.COUNTERPART,
        State.AMENDED: Side.COUNTERPART,
        State.OBJECTED: Side.INITIATOR,
        State.WAIVED: Side.INITIATOR,
    },
)
