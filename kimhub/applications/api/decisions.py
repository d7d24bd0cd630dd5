"""Decisions about Bausteine over the API."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.applications.api.outgoing import DecisionListSchema, DecisionOutSchema, decision_body
from kimhub.applications.decision_queries import bausteine_not_used, list_decisions
from kimhub.applications.schemas import DecisionSchema, decision_of
from kimhub.applications.usecases.decide_baustein import decide_baustein
from kimhub.core.api import PREFIX, ApiBlueprint, Operation, QuerySchema
from kimhub.core.attempt import attempt
from kimhub.core.clock import today
from kimhub.core.routing import current_actor
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import Permission, db

api = ApiBlueprint(
    "baustein-decisions",
    __name__,
    url_prefix=f"{PREFIX}/baustein-decisions",
    description="Genutzte Bausteine: Entscheidungen, einen Baustein zu nutzen oder nicht zu nutzen",
)


class YearQuerySchema(QuerySchema):
    """For which Haushaltsjahr `not_used` is asked; this year if not said."""

    year = plain.Integer(validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))


@api.operation(
    "GET", "", "list_",
    Operation(
        summary="Entscheidungen über Bausteine auflisten",
        description="Die früheste zuerst, und welche Bausteine im Haushaltsjahr `year` nicht genutzt werden.",
        permission=Permission.FUNDING_READ, takes=YearQuerySchema, gives=DecisionListSchema,
    ),
)  # fmt: skip
def list_(query: dict[str, int]) -> dict[str, Any]:
    """List all decisions, the earliest first."""
    session, actor = db.session(), current_actor()
    asked = query.get("year") or today().year
    return {
        "items": [decision_body(decision) for decision in list_decisions(session, actor.tenant_id)],
        "year": asked,
        "not_used": sorted(int(b) for b in bausteine_not_used(session, actor.tenant_id, asked)),
    }


@api.operation(
    "POST", "", "create",
    Operation(
        summary="Entscheidung über einen Baustein festhalten",
        description="Eine Entscheidung wird nicht geändert; eine neue löst sie ab.",
        permission=Permission.FUNDING_WRITE, takes=DecisionSchema, gives=DecisionOutSchema, status=201,
    ),
)  # fmt: skip
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Record a decision."""
    session = db.session()
    with attempt(session):
        decision = decide_baustein(current_actor(), decision_of(command))
    session.refresh(decision)
    return decision_body(decision), 201
