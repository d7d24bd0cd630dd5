"""The planner as API: calculate without storing, and the stored plans of the tenant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from kimhub.core.api import ApiBlueprint, etag, list_response, register_api, seen
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.planning.models import FinancingPlan
from kimhub.planning.planner import calculate_plan, set_side_by_side, try_changes
from kimhub.planning.queries import PLAN, PLAN_KEY, get_plan, list_plans
from kimhub.planning.schemas import CalculationSchema, ScenariosSchema
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
from tenants import Permission, db

blueprint = ApiBlueprint("plans", __name__, url_prefix="/api/v1/plans", description="Finanzierungspläne")


def init_app(app: Flask) -> None:
    """Register the routes."""
    register_api(app, blueprint)


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


class PlanSummarySchema(CommandSchema):
    """A plan in a list."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)


_SUMMARY = ("id", "title", "changed_at", "version")
"""The columns of `list_plans` in their order."""


class PlanPageSchema(CommandSchema):
    """A page of plans."""

    plans = fields.List(fields.Nested(PlanSummarySchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class PlanPageQuerySchema(CommandSchema):
    """Which page."""

    cursor = fields.String(metadata={"description": "`next_cursor` der vorigen Antwort"})


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
    }


@blueprint.post("/calculate")
@blueprint.arguments(CalculationSchema)
@blueprint.response(200, CalculatedSchema)
@blueprint.doc(summary="Plan rechnen, ohne ihn zu speichern")
@requires(Permission.PLAN_READ)
def calculate(command: dict[str, Any]) -> dict[str, Any]:
    """Calculate a plan without storing it; with `what_if` also the changed plan beside it."""
    plan: Plan = command["plan"]
    result = calculate_plan(plan)
    comparison = None
    if command["what_if"]:
        changes = [Change(**change) for change in command["what_if"]]
        comparison = comparison_to_json(try_changes(plan, changes).comparison)
    return {"result": result_to_json(result), "comparison": comparison}


@blueprint.post("/compare")
@blueprint.arguments(ScenariosSchema)
@blueprint.response(200, ComparedSchema)
@blueprint.alt_response(404, "NOT_FOUND")
@blueprint.doc(
    summary="Szenarien nebeneinanderstellen",
    description="Zwei bis vier gespeicherte Pläne, jeder wie er ist oder unter einer anderen Förderrichtlinie. "
    "Unterschiede gelten gegenüber dem ersten. Jahre mit einem Bescheid behalten ihren Betrag.",
)
@requires(Permission.PLAN_READ)
def compare(command: dict[str, Any]) -> dict[str, Any]:
    """Set stored plans side by side."""
    session = db.session()
    chosen = [(get_plan(session, one["plan_id"]).plan, one["guideline"]) for one in command["scenarios"]]
    return scenarios_to_json(set_side_by_side(chosen))


@blueprint.get("")
@blueprint.arguments(PlanPageQuerySchema, location="query")
@blueprint.response(200, PlanPageSchema)
@blueprint.doc(summary="Finanzierungspläne auflisten")
@requires(Permission.PLAN_READ)
def list_stored_plans(query: dict[str, str]) -> Response:
    """List the stored plans, the last changed first."""
    try:
        after = decode_cursor(query["cursor"], PLAN_KEY) if "cursor" in query else None
    except CursorError as error:
        raise InvalidInputError(
            fields={"cursor": ["Verwenden Sie next_cursor der vorigen Antwort."]}
        ) from error
    asked = PageRequest(after=after)
    rows = list_plans(db.session(), current_actor(), asked)
    more = len(rows) > asked.limit
    shown = [dict(zip(_SUMMARY, row.values(), strict=True)) for row in rows[: asked.limit]]
    cursor = encode_cursor((shown[-1]["changed_at"], shown[-1]["id"])) if more else None
    return list_response("plans", shown, cursor)


@blueprint.post("")
@idempotent
@blueprint.arguments(PlanSchema)
@blueprint.response(201, StoredPlanSchema)
@blueprint.doc(summary="Finanzierungsplan anlegen")
@requires(Permission.PLAN_WRITE)
def create_stored_plan(plan: Plan) -> ResponseReturnValue:
    """Store a new plan."""
    stored = create_plan(db.session(), current_actor(), plan)
    return (
        _stored(stored),
        201,
        {"Location": url_for("plans.read_plan", plan_id=stored.id)},
    )


@blueprint.get("/<uuid:plan_id>")
@blueprint.response(200, StoredPlanSchema)
@blueprint.doc(summary="Finanzierungsplan mit seiner Berechnung lesen")
@requires(Permission.PLAN_READ)
def read_plan(plan_id: UUID) -> ResponseReturnValue:
    """Read a stored plan with its computed table."""
    stored = get_plan(db.session(), plan_id)
    return _stored(stored), 200, etag(PLAN, stored)


@blueprint.put("/<uuid:plan_id>")
@blueprint.arguments(PlanSchema)
@blueprint.response(200, StoredPlanSchema)
@blueprint.doc(summary="Finanzierungsplan ersetzen")
@requires(Permission.PLAN_WRITE)
def replace_plan(plan: Plan, plan_id: UUID) -> ResponseReturnValue:
    """Replace the inputs of a stored plan; needs If-Match."""
    stored = seen(PLAN, plan_id)
    stored = change_plan(db.session(), current_actor(), plan_id, plan, expected_version=stored.version)
    return _stored(stored), 200, etag(PLAN, stored)
