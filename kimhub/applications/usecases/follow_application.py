"""What happens after the submission: the receipt is noted, the application is withdrawn, or decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from kimhub.applications.errors import ApplicationOverError
from kimhub.applications.models import ApplicationEvent, EventKind
from kimhub.applications.queries import application_file
from kimhub.applications.usecases.loading import load_submitted
from kimhub.core.errors import InvalidInputError
from tenants import Actor, db

_ENDS = frozenset({EventKind.WITHDRAWN, EventKind.DECIDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """The day, the Bezirksregierung's Aktenzeichen if it named one, and words that explain it."""

    happened_on: date
    reference: str = ""
    note: str = ""


def note_receipt(actor: Actor, application_id: UUID, command: Happening) -> ApplicationEvent:
    """Record the Eingangsvermerk of the Bezirksregierung; raises `ApplicationOverError` if there is one."""
    return _record(actor, application_id, EventKind.RECEIVED, command)


def withdraw_application(actor: Actor, application_id: UUID, command: Happening) -> ApplicationEvent:
    """Withdraw a submitted application that is not decided yet; a reason is required."""
    if not command.note:
        raise InvalidInputError(fields={"note": ["Nennen Sie den Grund. Er wird später erfragt."]})
    return _record(actor, application_id, EventKind.WITHDRAWN, command)


def decide_application(actor: Actor, application_id: UUID, command: Happening) -> ApplicationEvent:
    """Record that the Bezirksregierung has decided, e.g. with the Zuwendungsbescheid that refers to it."""
    return _record(actor, application_id, EventKind.DECIDED, command)


def decide_by_bescheid(actor: Actor, application_id: UUID, *, issued_on: date, aktenzeichen: str) -> None:
    """Record the decision that a Bescheid brings on the application it answers, unless it is known or withdrawn.

    A Bescheid dated before the submission cannot answer it, and says nothing here.
    """
    application = load_submitted(db.session(), actor, application_id)
    file = application_file(db.session(), application_id)
    answers = application.submitted_on is None or issued_on >= application.submitted_on
    if answers and not any(file.event(end) for end in _ENDS):
        command = Happening(happened_on=issued_on, reference=aktenzeichen, note="Zuwendungsbescheid")
        _record(actor, application_id, EventKind.DECIDED, command)


def _record(actor: Actor, application_id: UUID, kind: EventKind, command: Happening) -> ApplicationEvent:
    session = db.session()
    application = load_submitted(session, actor, application_id)
    file = application_file(session, application_id)
    if file.event(kind) is not None or (kind in _ENDS and any(file.event(end) for end in _ENDS)):
        raise ApplicationOverError
    if application.submitted_on is not None and command.happened_on < application.submitted_on:
        message = "Dieser Tag liegt vor dem Einreichen des Antrags. Prüfen Sie das Datum."
        raise InvalidInputError(fields={"happened_on": [message]})
    event = ApplicationEvent(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        application_id=application.id,
        kind=kind,
        happened_on=command.happened_on,
        reference=command.reference,
        note=command.note,
        actor_label=actor.label,
    )
    session.add(event)
    session.flush()  # two at the same moment meet here, not after the answer
    return event
