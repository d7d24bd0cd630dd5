"""The tenant's own names of positions and cost centres, until positions are kept here: those booked, those planned."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import get_plan, list_plans
from kimhub.programme.public import PlanInvalidError
from kimhub.spending.imports.template import Reference
from kimhub.spending.models import Expenditure
from tenants import Actor, Permission

MOST_USED = 200
_LATEST_PLANS = 3

_USED = (
    select(Expenditure.position_reference)
    .where(Expenditure.tenant_id == bindparam("tenant"), Expenditure.position_reference != "")
    .group_by(Expenditure.position_reference)
    .order_by(func.max(Expenditure.booked_on).desc(), Expenditure.position_reference)
    .limit(bindparam("limit"))
)


def known_references(session: Session, actor: Actor) -> list[Reference]:
    """Return what the tenant's bookings use, the latest first, then what its latest plans name."""
    used = session.scalars(_USED, {"tenant": actor.tenant_id, "limit": MOST_USED})
    found = {name: Reference(name, "in Ihren Buchungen verwendet") for name in used}
    if actor.may(Permission.PLAN_READ):
        for row in list_plans(session, actor, PageRequest(limit=_LATEST_PLANS))[:_LATEST_PLANS]:
            for reference in _planned(session, row["id"]):
                found.setdefault(reference.name, reference)
    return list(found.values())


def _planned(session: Session, plan_id: object) -> list[Reference]:
    stored = get_plan(session, plan_id)  # type: ignore[arg-type]  # a row's id
    try:
        positions = stored.plan.positions
    except PlanInvalidError:  # a plan of old that today's rules refuse
        return []
    return [Reference(one.id, f"Plan „{stored.title}“: {one.label}") for one in positions]
