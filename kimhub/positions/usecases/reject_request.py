"""The Kreis rejects a request and says why."""

from __future__ import annotations

from kimhub.positions.usecases.step import Step, step_of_kreis
from tenants import Actor
from tenants.proceedings import ProceedingEntry


def reject_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Reject a request, also one whose question stays unanswered; the note is the reason.

    Raises `NotFoundError`, `ForbiddenError`, `InvalidInputError` without a reason, `ProceedingMovedError`.
    """
    return step_of_kreis(actor, command, "reject")
