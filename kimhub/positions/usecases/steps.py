"""The steps of a request that change nothing else; submitting, which shows it to the Kreis, has a file of its own.

They wait for changes that a colleague of the Gemeinde has begun.
"""

from __future__ import annotations

from kimhub.core import clock
from kimhub.core.events.steps import take_step
from kimhub.occurrences.public import Happened, OccurrenceKind, Source, record, revoke
from kimhub.positions.usecases.loading import load_own, load_to_decide
from kimhub.positions.workflow import WORKFLOW
from tenants import Actor, db
from tenants.proceedings import ProceedingEntry, Step


def ask_back(actor: Actor, command: Step) -> ProceedingEntry:
    """Ask the Gemeinde, which may change its request until it answers; the note is the question.

    Raises `NotFoundError`, `ForbiddenError`, `InvalidInputError` without a text, `ProceedingMovedError`.
    """
    return _step_of_kreis(actor, command, "ask")


def answer_question(actor: Actor, command: Step) -> ProceedingEntry:
    """Answer the Kreis; the note is the answer, changes of the request were made before. Raises as `ask_back`."""
    return _step_of_gemeinde(actor, command, "answer")


def endorse_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Endorse a submitted or answered request, to take it into the Kreis's own application.

    Raises `NotFoundError`, `ForbiddenError`, and `ProceedingMovedError` when it was withdrawn or decided.
    """
    return _decide(actor, command, "endorse", "befürwortet")


def reject_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Reject a request, also one whose question stays unanswered; the note is the reason. Raises as `ask_back`."""
    return _decide(actor, command, "reject", "abgelehnt")


def withdraw_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Withdraw a submitted request; a note is welcome, not required.

    Raises `NotFoundError`, `ForbiddenError`, and `ProceedingMovedError` once the Kreis has decided.
    """
    entry = _step_of_gemeinde(actor, command, "withdraw")
    revoke(actor, Source(OccurrenceKind.POSITION_REQUEST, command.proceeding_id))
    return entry


def _decide(actor: Actor, command: Step, action: str, decided: str) -> ProceedingEntry:
    session = db.session()
    entry = _step_of_kreis(actor, command, action)
    proceeding = load_to_decide(session, actor, command.proceeding_id).proceeding
    record(
        actor,
        Happened(
            kind=OccurrenceKind.POSITION_DECISION,
            source_id=proceeding.id,
            subject_id=proceeding.id,
            about=f"{proceeding.subject}: {decided}",
            on=clock.today(),
            other_side=proceeding.tenant_id,
        ),
    )
    return entry


def _step_of_gemeinde(actor: Actor, command: Step, action: str) -> ProceedingEntry:
    session = db.session()
    loaded = load_own(session, actor, command.proceeding_id)
    return take_step(
        session, actor, WORKFLOW, loaded.proceeding,
        action=action, note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip


def _step_of_kreis(actor: Actor, command: Step, action: str) -> ProceedingEntry:
    session = db.session()
    loaded = load_to_decide(session, actor, command.proceeding_id)
    return take_step(
        session, actor, WORKFLOW, loaded.proceeding,
        action=action, note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip
