"""A Gemeinde takes its request back, until the Kreis has decided."""

from __future__ import annotations

from kimhub.positions.usecases.step import Step, step_of_gemeinde
from tenants import Actor
from tenants.proceedings import ProceedingEntry


def withdraw_request(actor: Actor, command: Step) -> ProceedingEntry:
    """Withdraw a submitted request; a note is welcome, not required.

    Raises `NotFoundError`, `ForbiddenError`, and `ProceedingMovedError` once the Kreis has decided.
    """
    return step_of_gemeinde(actor, command, "withdraw")
