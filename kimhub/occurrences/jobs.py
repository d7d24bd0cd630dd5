"""Giving Gemeinden the lines that they lack."""

from __future__ import annotations

from typing import Any

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.occurrences.usecases.reach import GIVE_LINES
from kimhub.occurrences.usecases.record import give_lines_to_gemeinden
from tenants import Actor


@job(GIVE_LINES, lane=Lane.SHORT)
def give_lines(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:  # noqa: ARG001 - the signature of jobs
    """Give them what they lack; nothing most of the time."""
    with context.completing():
        give_lines_to_gemeinden(actor)
