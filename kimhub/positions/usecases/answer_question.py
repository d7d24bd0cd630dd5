"""A Gemeinde answers what the Kreis has asked."""

from __future__ import annotations

from kimhub.positions.usecases.step import Step, step_of_gemeinde
from tenants import Actor
from tenants.proceedings import ProceedingEntry


def answer_question(actor: Actor, command: Step) -> ProceedingEntry:
    """Answer; the note is the answer, changes of the request were made before.

    Raises `NotFoundError`, `ForbiddenError`, `InvalidInputError` without a text, `ProceedingMovedError`.
    """
    return step_of_gemeinde(actor, command, "answer")
