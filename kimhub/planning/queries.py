"""Reads of the money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.planning.models import FinancingPlan
from tenants import Actor

PLAN_KEY = (datetime, UUID)
"""The types of a row's place in the list."""

PLANS = KeysetList(
    select(FinancingPlan.id, FinancingPlan.title, FinancingPlan.changed_at, FinancingPlan.version).where(
        FinancingPlan.tenant_id == bindparam("tenant"), FinancingPlan.archived_at.is_(None)
    ),
    FinancingPlan.changed_at,
    FinancingPlan.id,
)


def list_plans(session: Session, actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """Return the tenant's plans that are not archived, the last changed first."""
    return PLANS.fetch(session, asked, {"tenant": actor.tenant_id})


def get_plan(session: Session, plan_id: UUID) -> FinancingPlan:
    """Return a stored plan, else `NotFoundError`."""
    stored = session.scalars(select(FinancingPlan).where(FinancingPlan.id == plan_id)).one_or_none()
    if stored is None:
        raise NotFoundError
    return stored


PLAN = Versioned(
    FinancingPlan,
    get_plan,
    parts=lambda plan: (plan.id, plan.version),
    state=lambda plan: {"version": plan.version},
)
"""How a plan is held and marked while it is changed."""
