"""Store a financing plan: a new one, a changed one, a copy."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from kimhub.core.errors import StaleError
from kimhub.planning.models import FinancingPlan
from kimhub.planning.queries import get_plan
from kimhub.programme.public import Plan, plan_to_json
from tenants import Actor, Permission


def create_plan(session: Session, actor: Actor, plan: Plan) -> FinancingPlan:
    """Store a new plan of the actor's tenant."""
    actor.require(Permission.PLAN_WRITE)
    stored = FinancingPlan(
        tenant_id=actor.tenant_id, title=plan.title, document=plan_to_json(plan), changed_by=actor.subject
    )
    session.add(stored)
    session.flush()  # the caller links to the new id
    return stored


def change_plan(
    session: Session, actor: Actor, plan_id: UUID, plan: Plan, *, expected_version: int
) -> FinancingPlan:
    """Replace the inputs of a stored plan.

    Raises `StaleError` when somebody has changed it since the actor saw `expected_version`.
    """
    actor.require(Permission.PLAN_WRITE)
    stored = get_plan(session, plan_id)
    if stored.version != expected_version:
        raise StaleError(
            "Der Plan wurde inzwischen von einer anderen Person geändert. Ihre Änderung wurde nicht gespeichert. "
            "Öffnen Sie den Plan neu und tragen Sie die Änderung dort ein."
        )
    stored.title = plan.title
    stored.document = plan_to_json(plan)
    stored.changed_at = func.now()
    stored.changed_by = actor.subject
    session.flush()  # two who save at the same moment meet here, not after the answer
    return stored
