"""Giving Gemeinden that have joined what is released to all."""

from __future__ import annotations

from typing import Any

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.releases.usecases.give_release import JOIN, give_to_new_gemeinden
from tenants import Actor


@job(JOIN, lane=Lane.SHORT)
def join(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:  # noqa: ARG001 - the signature of jobs
    """Give them what they lack; nothing most of the time."""
    with context.completing():
        give_to_new_gemeinden(actor)
