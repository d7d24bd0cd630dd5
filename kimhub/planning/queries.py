"""Reads of the money."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, RowMapping, Text, bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.planning.models import FinancingPlan
from tenants import Actor

PLANS = KeysetList(
    select(
        FinancingPlan.id,
        FinancingPlan.title,
        alphabetical(FinancingPlan.title).label("title_key"),
        FinancingPlan.changed_at,
        FinancingPlan.version,
        FinancingPlan.archived_at,
    ),
    scope=FinancingPlan.tenant_id,
    orders={
        "changed": Order("-changed_at", "-id"),
        "title": Order("title_key", "-changed_at", "-id", few_rows="plans are made by hand, some a year"),
    },
    conditions={
        "kept": FinancingPlan.archived_at.is_(None),
        "words": FinancingPlan.title.icontains(bindparam("words", type_=Text())),
    },
)


def list_plans(
    session: Session, actor: Actor, asked: PageRequest, *, archived: bool = False
) -> Sequence[RowMapping]:
    """Return the tenant's plans, the last changed first; with `archived` also those that were put away."""
    return PLANS.fetch(session, actor.tenant_id, asked, {} if archived else {"kept": True})


_TITLES = select(FinancingPlan.id, FinancingPlan.title).where(
    FinancingPlan.tenant_id == bindparam("tenant"), FinancingPlan.archived_at.is_(None)
)


def plan_titles(session: Session, actor: Actor) -> Sequence[Row[UUID, str]]:
    """Return ids and titles of all plans that are not put away, for who names one by its title."""
    return session.execute(_TITLES, {"tenant": actor.tenant_id}).all()


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
