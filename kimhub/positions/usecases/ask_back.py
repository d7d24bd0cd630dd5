"""The Kreis asks back; until the answer the Gemeinde may change its request."""

from __future__ import annotations

from kimhub.positions.usecases.step import Step, step_of_kreis
from tenants import Actor
from tenants.proceedings import ProceedingEntry


def ask_back(actor: Actor, command: Step) -> ProceedingEntry:
    """Ask the Gemeinde; the note is the question.

    Raises `NotFoundError`, `ForbiddenError`, `InvalidInputError` without a text, `ProceedingMovedError`.
    """
    return step_of_kreis(actor, command, "ask")
