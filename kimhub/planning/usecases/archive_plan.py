"""Put a plan that is no longer needed away, and fetch it back; nothing is deleted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func

from kimhub.core.versions import locked
from kimhub.planning.models import FinancingPlan
from tenants import Actor, Permission, db


def archive_plan(actor: Actor, plan_id: UUID) -> FinancingPlan:
    """Take the plan out of the list; its address and its reports stay."""
    session = db.session()
    actor.require(Permission.PLAN_WRITE)
    stored = locked(session, FinancingPlan, plan_id)
    if stored.archived_at is None:
        stored.archived_at = func.now()
    return stored


def take_up_plan(actor: Actor, plan_id: UUID) -> FinancingPlan:
    """Put a plan that was put away back into the list."""
    session = db.session()
    actor.require(Permission.PLAN_WRITE)
    stored = locked(session, FinancingPlan, plan_id)
    stored.archived_at = None
    return stored
