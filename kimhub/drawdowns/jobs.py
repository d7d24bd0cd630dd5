"""Looking again for called money when it should have come in, and when it should have been used."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.drawdowns.usecases.tell_missing import MISSING, tell_missing
from kimhub.drawdowns.usecases.tell_of_use import USE, tell_of_use
from tenants import Actor


@job(MISSING, lane=Lane.SHORT)
def look_for_money(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether called money came in; if not, tell the own colleagues."""
    with context.completing():
        tell_missing(actor, UUID(payload["drawdown_id"]))


@job(USE, lane=Lane.SHORT)
def look_at_use(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """See whether a receipt is used or paid back; if not, tell the own colleagues."""
    with context.completing():
        tell_of_use(actor, UUID(payload["receipt_id"]))
