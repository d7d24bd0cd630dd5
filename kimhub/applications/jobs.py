"""Looking at the deadline of a draft when it is near, and when it has passed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.applications.usecases.tell_of_deadline import DEADLINE, tell_of_deadline
from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from tenants import Actor


@job(DEADLINE, lane=Lane.SHORT)
def look_at_deadline(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether a draft is still not submitted; if so, tell the own colleagues."""
    with context.completing():
        tell_of_deadline(actor, UUID(payload["application_id"]))
