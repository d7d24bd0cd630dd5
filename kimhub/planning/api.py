"""The planner as API: calculate without storing, and the stored plans of the tenant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields
from sqlalchemy import RowMapping

from kimhub.core.api import Operation, Resource, ShelfQuerySchema, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.planning.models import FinancingPlan
from kimhub.planning.planner import calculate_plan, set_side_by_side, try_changes
from kimhub.planning.queries import PLAN, PLANS, get_plan, list_plans
from kimhub.planning.schemas import CalculationSchema, ScenariosSchema
from kimhub.planning.usecases.archive_plan import archive_plan, take_up_plan
from kimhub.planning.usecases.store_plan import change_plan, create_plan
from kimhub.programme.public import (
    Change,
    Plan,
    PlanSchema,
    comparison_to_json,
    plan_to_json,
    result_to_json,
    scenarios_to_json,
)
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Register the routes."""
    register_api(app, plans.blueprint)


class StoredPlanSchema(CommandSchema):
    """A stored plan: its inputs and the figures computed from them."""

    id = fields.UUID(required=True)
    origin_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Der Plan, dessen Variante dieser ist."}
    )
    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    plan = fields.Dict(
        required=True, metadata={"description": "Die Eingaben, wie docs/planformat.md sie beschreibt."}
    )
    result = fields.Dict(required=True, metadata={"description": "Die berechnete Tabelle."})
    archived_at = fields.AwareDateTime(required=True, allow_none=True)


class PlanSummarySchema(CommandSchema):
    """A plan in a list."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    archived_at = fields.AwareDateTime(required=True, allow_none=True)


class CalculatedSchema(CommandSchema):
    """The table of a plan; with changes also the changed plan and the difference."""

    result = fields.Dict(required=True)
    comparison = fields.Dict(allow_none=True, required=True)


class ComparedSchema(CommandSchema):
    """Scenarios side by side."""

    scenarios = fields.List(fields.Dict(), required=True)
    years = fields.List(fields.Integer(), required=True)
    rows = fields.List(fields.Dict(), required=True)


def _stored(stored: FinancingPlan) -> dict[str, Any]:
    plan = stored.plan
    return {
        "id": stored.id,
        "origin_id": stored.origin_id,
        "version": stored.version,
        "changed_at": stored.changed_at,
        "plan": plan_to_json(plan),
        "result": result_to_json(calculate_plan(plan)),
        "archived_at": stored.archived_at,
    }


plans = Resource(
    "plans",
    "Finanzierungspläne",
    thing=PLAN,
    shape=StoredPlanSchema,
    body=_stored,
    names="plan_id",
    read=Permission.PLAN_READ,
    write=Permission.PLAN_WRITE,
)


@plans.blueprint.operation(
    "POST", "/calculate", "calculate",
    Operation(
        summary="Plan rechnen, ohne ihn zu speichern", permission=Permission.PLAN_READ, stores=False,
        takes=CalculationSchema, gives=CalculatedSchema,
    ),
)  # fmt: skip
def calculate(command: dict[str, Any]) -> dict[str, Any]:
    """Calculate a plan without storing it; with `what_if` also the changed plan beside it."""
    plan: Plan = command["plan"]
    result = calculate_plan(plan)
    comparison = None
    if command["what_if"]:
        changes = [Change(**change) for change in command["what_if"]]
        comparison = comparison_to_json(try_changes(plan, changes).comparison)
    return {"result": result_to_json(result), "comparison": comparison}


@plans.blueprint.operation(
    "POST", "/compare", "compare",
    Operation(
        summary="Szenarien nebeneinanderstellen",
        description="Zwei bis vier gespeicherte Pläne, jeder wie er ist oder unter einer anderen Förderrichtlinie. "
        "Unterschiede gelten gegenüber dem ersten. Jahre mit einem Bescheid behalten ihren Betrag.",
        permission=Permission.PLAN_READ, stores=False, takes=ScenariosSchema, gives=ComparedSchema, refused=(404,),
    ),
)  # fmt: skip
def compare(command: dict[str, Any]) -> dict[str, Any]:
    """Set stored plans side by side."""
    session = db.session()
    chosen = [(get_plan(session, one["plan_id"]).plan, one["guideline"]) for one in command["scenarios"]]
    return scenarios_to_json(set_side_by_side(chosen))


@plans.list(
    PlanSummarySchema, "Finanzierungspläne auflisten", "Die zuletzt geänderten zuerst.",
    listed=PLANS, query=ShelfQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, archived: bool = False) -> Sequence[RowMapping]:
    """List the stored plans."""
    return list_plans(db.session(), actor, asked, archived=archived)


plans.read("Finanzierungsplan mit seiner Berechnung lesen")


@plans.create(PlanSchema, "Finanzierungsplan anlegen")
def create(actor: Actor, plan: Plan) -> FinancingPlan:
    """Store a new plan."""
    return create_plan(actor, plan)


@plans.change(PlanSchema, "Finanzierungsplan ersetzen")
def replace(actor: Actor, stored: FinancingPlan, plan: Plan) -> None:
    """Replace the inputs of a stored plan."""
    change_plan(actor, stored.id, plan, expected_version=stored.version)


plans.shelf(
    "Finanzierungsplan", archive_plan, take_up_plan, id_of=lambda stored: stored.id,
    description="Er steht danach nicht mehr in der Liste. Seine Adresse und seine Berichte bleiben.",
)  # fmt: skip
