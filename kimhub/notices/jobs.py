"""Giving Gemeinden that have joined what is addressed to all; reminding those who have not taken note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.notices.usecases.remind_members import REMIND, remind_members
from kimhub.notices.usecases.send_notice import JOIN, give_to_new_gemeinden
from tenants import Actor


@job(JOIN, lane=Lane.SHORT)
def join(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:  # noqa: ARG001 - the signature of jobs
    """Give them what they lack; nothing most of the time."""
    with context.completing():
        give_to_new_gemeinden(actor)


@job(REMIND, lane=Lane.SHORT)
def remind(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Tell bodies that time has passed since they received the notice that the payload names."""
    with context.completing():
        remind_members(actor, UUID(payload["notice_id"]))
