"""Store a financing plan: a new one, a changed one, a copy."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func

from kimhub.core.versions import locked, require_version
from kimhub.planning.models import FinancingPlan
from kimhub.planning.queries import get_plan
from kimhub.programme.public import Plan, plan_to_json
from tenants import Actor, Permission, db

MAX_TITLE = 200
_VARIANT = re.compile(r"(.*?) \(Variante(?: (\d{1,3}))?\)")


def create_plan(actor: Actor, plan: Plan, *, origin_id: UUID | None = None) -> FinancingPlan:
    """Store a new plan of the actor's tenant; `origin_id` names the plan of which it is a variant."""
    session = db.session()
    actor.require(Permission.PLAN_WRITE)
    stored = FinancingPlan(
        tenant_id=actor.tenant_id,
        title=plan.title,
        document=plan_to_json(plan),
        changed_by=actor.subject,
        origin_id=origin_id,
    )
    session.add(stored)
    session.flush()  # the caller links to the new id
    return stored


def copy_plan(actor: Actor, origin_id: UUID, plan: Plan | None = None) -> FinancingPlan:
    """Store a variant of a plan, as it is or as `plan`; it remembers its origin. Raises `NotFoundError`."""
    session = db.session()
    actor.require(Permission.PLAN_WRITE)
    origin = get_plan(session, origin_id)
    content = plan or origin.plan
    titled = replace(content, title=_variant_title(content.title))
    return create_plan(actor, titled, origin_id=origin.id)


def _variant_title(title: str) -> str:
    """Return the title with „(Variante)“, a variant's variants counted: „(Variante 2)“."""
    stem, number = title, 1
    if found := _VARIANT.fullmatch(title):
        stem, number = found[1], int(found[2] or 1) + 1
    ending = " (Variante)" if number == 1 else f" (Variante {number})"
    return stem[: MAX_TITLE - len(ending)] + ending


def change_plan(actor: Actor, plan_id: UUID, plan: Plan, *, expected_version: int) -> FinancingPlan:
    """Replace the inputs of a stored plan.

    Raises `StaleError` when somebody has changed it since the actor saw `expected_version`.
    """
    session = db.session()
    actor.require(Permission.PLAN_WRITE)
    stored = locked(session, FinancingPlan, plan_id)
    require_version(
        stored.version,
        expected_version,
        "Der Plan wurde inzwischen von einer anderen Person geändert. Ihre Änderung wurde nicht gespeichert. "
        "Öffnen Sie den Plan neu und tragen Sie die Änderung dort ein.",
    )
    stored.title = plan.title
    stored.document = plan_to_json(plan)
    stored.changed_at = func.now()
    stored.changed_by = actor.subject
    session.flush()  # the caller names the new version
    return stored
