"""Looking again on the day on which something should have happened; drawing letters."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.funding.usecases.draw_letters import draw_letters
from kimhub.funding.usecases.remind_recipients import WRITE_LETTERS
from kimhub.funding.usecases.tell_of_days import FINALITY, UNANSWERED, tell_unanswered, tell_unfinal
from tenants import Actor

_SECONDS = 120.0
"""Forty letters take one or two; far beyond that something hangs."""


@job(UNANSWERED, lane=Lane.SHORT)
def look_for_answer(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether an allocation is still as it was; if so, tell both sides."""
    with context.completing():
        tell_unanswered(actor, UUID(payload["allocation_id"]), seq=payload["seq"])


@job(FINALITY, lane=Lane.SHORT)
def look_for_finality(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether the Bestandskraft of a Bescheid is known; if not, tell the own colleagues."""
    with context.completing():
        tell_unfinal(actor, UUID(payload["version_id"]))


@job(WRITE_LETTERS, lane=Lane.LONG, time_limit=_SECONDS)
def write_letters(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Draw the letters that the payload names."""
    draw_letters(actor, UUID(payload["letters_id"]), context)
