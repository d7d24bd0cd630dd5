"""Looking again for called money on the day on which it should have come in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.drawdowns.usecases.tell_missing import MISSING, tell_missing
from tenants import Actor


@job(MISSING, lane=Lane.SHORT)
def look_for_money(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether called money came in; if not, tell the own colleagues."""
    with context.completing():
        tell_missing(actor, UUID(payload["drawdown_id"]))
