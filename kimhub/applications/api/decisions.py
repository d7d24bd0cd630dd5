"""Decisions about Bausteine over the API."""

from __future__ import annotations

from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.applications.api.outgoing import DecisionListSchema, DecisionOutSchema, decision_body
from kimhub.applications.api.paging import KEY
from kimhub.applications.decisions import bausteine_not_used, list_decisions
from kimhub.applications.schemas import DecisionSchema, decision_of
from kimhub.applications.usecases.decide_baustein import decide_baustein
from kimhub.core.api import PREFIX, ApiBlueprint
from kimhub.core.attempt import attempt
from kimhub.core.clock import today
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import Permission, db

api = ApiBlueprint(
    "baustein-decisions",
    __name__,
    url_prefix=f"{PREFIX}/baustein-decisions",
    description="Genutzte Bausteine: Entscheidungen, einen Baustein zu nutzen oder nicht zu nutzen",
)


class YearQuerySchema(CommandSchema):
    """For which Haushaltsjahr `not_used` is asked; this year if not said."""

    year = plain.Integer(validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))


@api.route("")
@api.arguments(YearQuerySchema, location="query", as_kwargs=True)
@api.response(200, DecisionListSchema)
@api.doc(
    summary="Entscheidungen über Bausteine auflisten",
    description="Die früheste zuerst, und welche Bausteine im Haushaltsjahr `year` nicht genutzt werden.",
)
@requires(Permission.FUNDING_READ)
def list_(*, year: int | None = None) -> dict[str, Any]:
    """List all decisions, the earliest first."""
    session, actor = db.session(), current_actor()
    asked = year or today().year
    return {
        "items": [decision_body(decision) for decision in list_decisions(session, actor.tenant_id)],
        "year": asked,
        "not_used": sorted(int(b) for b in bausteine_not_used(session, actor.tenant_id, asked)),
    }


@api.route("", methods=["POST"])
@idempotent
@api.arguments(DecisionSchema)
@api.response(201, DecisionOutSchema)
@api.doc(
    summary="Entscheidung über einen Baustein festhalten",
    description="Eine Entscheidung wird nicht geändert; eine neue löst sie ab.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> Any:
    """Record a decision."""
    session = db.session()
    with attempt(session):
        decision = decide_baustein(session, current_actor(), decision_of(command))
    session.refresh(decision)
    return decision_body(decision), 201
