"""The Kreis endorses a request, to take it into its own application."""

from __future__ import annotations

from kimhub.positions.usecases.step import Step, step_of_kreis
from tenants import Actor
from tenants.proceedings import ProceedingEntry


def endorse_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Endorse a submitted or answered request.

    Raises `NotFoundError`, `ForbiddenError`, and `ProceedingMovedError` when it was withdrawn or decided.
    """
    return step_of_kreis(actor, command, "endorse")
