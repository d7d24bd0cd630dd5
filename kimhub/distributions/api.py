"""Distributions as API: calculate without storing, store, and make allocations of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields

from kimhub.core.api import ApiBlueprint, etag, list_response, register_api, seen
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema, Day, Part, Text
from kimhub.core.idempotency import idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.queries import (
    DISTRIBUTION,
    DISTRIBUTION_KEY,
    allocations_of,
    get_distribution,
    list_distributions,
)
from kimhub.distributions.usecases.allocate_distribution import (
    DraftAllocations,
    draft_allocations,
    issue_distribution,
)
from kimhub.distributions.usecases.store_distribution import create_distribution
from kimhub.distributions.working import calculate_distribution
from kimhub.programme.public import (
    Distribution,
    DistributionSchema,
    distributed_to_json,
    distribution_to_json,
)
from tenants import Permission, db

blueprint = ApiBlueprint(
    "distributions_api", __name__, url_prefix="/api/v1/distributions", description="Verteilungen"
)


def init_app(app: Flask) -> None:
    """Register the routes."""
    register_api(app, blueprint)


class CalculatedDistributionSchema(CommandSchema):
    """A calculated distribution (docs/verteilformat.md)."""

    result = fields.Dict(required=True)


class NewStoredDistributionSchema(CommandSchema):
    """A distribution and the fund it takes from; parties are found by `ags`, else by name."""

    fund_id = fields.UUID(
        required=True, metadata={"description": "Kennung der Zuwendung oder der Weiterleitung"}
    )
    distribution = Part(DistributionSchema)


class MadeAllocationSchema(CommandSchema):
    """An allocation that the distribution made."""

    id = fields.UUID(required=True)
    recipient = fields.String(required=True)
    issued_at = fields.AwareDateTime(required=True, allow_none=True)
    amount = fields.String(required=True)


class StoredDistributionSchema(CommandSchema):
    """A stored distribution: its inputs, the calculation, and what came of it."""

    id = fields.UUID(required=True)
    fund_id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    changed_at = fields.AwareDateTime(required=True)
    distribution = fields.Dict(required=True)
    allocations = fields.List(fields.Nested(MadeAllocationSchema), required=True)


class DistributionSummarySchema(CommandSchema):
    """A distribution in a list."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    changed_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)
    made = fields.Integer(required=True, metadata={"description": "Zahl der Weiterleitungen daraus"})
    issued = fields.Integer(required=True, metadata={"description": "davon erteilt"})


class DistributionPageSchema(CommandSchema):
    """A page of distributions."""

    distributions = fields.List(fields.Nested(DistributionSummarySchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class DistributionQuerySchema(CommandSchema):
    """Which page."""

    cursor = fields.String(metadata={"description": "`next_cursor` der vorigen Antwort"})


class DraftTermsSchema(CommandSchema):
    """What all allocations say alike."""

    issued_on = Day("Datum")
    conditions = Text("Bestimmungen", max_length=20_000, lines=6, optional=True)
    consent_on = Day("Zustimmung der Bezirksregierung", optional=True)
    consent_reference = Text("Aktenzeichen der Zustimmung", max_length=200, optional=True)


@blueprint.post("/calculate")
@blueprint.arguments(DistributionSchema)
@blueprint.response(200, CalculatedDistributionSchema)
@blueprint.doc(summary="Verteilung berechnen, ohne sie zu speichern")
@requires(Permission.FUNDING_READ)
def calculate(distribution: Distribution) -> dict[str, Any]:
    """Calculate shares, differences and money; nothing is stored."""
    return {"result": distributed_to_json(calculate_distribution(distribution))}


@blueprint.get("")
@blueprint.arguments(DistributionQuerySchema, location="query")
@blueprint.response(200, DistributionPageSchema)
@blueprint.doc(summary="Gespeicherte Verteilungen auflisten")
@requires(Permission.FUNDING_READ)
def list_stored(query: dict[str, str]) -> Response:
    """List the stored distributions, the last changed first."""
    try:
        after = decode_cursor(query["cursor"], DISTRIBUTION_KEY) if "cursor" in query else None
    except CursorError as error:
        raise InvalidInputError(
            fields={"cursor": ["Verwenden Sie next_cursor der vorigen Antwort."]}
        ) from error
    asked = PageRequest(after=after)
    rows = list_distributions(db.session(), current_actor(), asked)
    shown = [dict(row) for row in rows[: asked.limit]]
    more = len(rows) > asked.limit
    cursor = encode_cursor((shown[-1]["changed_at"], shown[-1]["id"])) if more else None
    return list_response("distributions", shown, cursor)


@blueprint.post("")
@idempotent
@blueprint.arguments(NewStoredDistributionSchema)
@blueprint.response(201, StoredDistributionSchema)
@blueprint.doc(summary="Verteilung speichern")
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Store a distribution of money of a fund."""
    stored = create_distribution(db.session(), current_actor(), command["fund_id"], command["distribution"])
    address = url_for("distributions_api.read", distribution_id=stored.id)
    return _stored(stored), 201, {"Location": address}


@blueprint.get("/<uuid:distribution_id>")
@blueprint.response(200, StoredDistributionSchema)
@blueprint.doc(summary="Verteilung lesen")
@requires(Permission.FUNDING_READ)
def read(distribution_id: UUID) -> ResponseReturnValue:
    """Read a stored distribution."""
    stored = get_distribution(db.session(), distribution_id)
    return _stored(stored), 200, etag(DISTRIBUTION, stored)


@blueprint.post("/<uuid:distribution_id>/drafts")
@idempotent
@blueprint.arguments(DraftTermsSchema)
@blueprint.response(201, StoredDistributionSchema)
@blueprint.doc(summary="Weiterleitungen als Entwurf anlegen")
@requires(Permission.FUNDING_WRITE)
def create_drafts(command: dict[str, Any], distribution_id: UUID) -> ResponseReturnValue:
    """Prepare an allocation for every party with an amount, all or none; needs If-Match."""
    session = db.session()
    stored = seen(DISTRIBUTION, distribution_id)
    draft_allocations(
        session,
        current_actor(),
        DraftAllocations(distribution_id=distribution_id, expected_version=stored.version, **command),
    )
    return _stored(stored), 201, etag(DISTRIBUTION, stored)


@blueprint.post("/<uuid:distribution_id>/issue")
@idempotent
@blueprint.response(200, StoredDistributionSchema)
@blueprint.doc(summary="Alle Entwürfe einer Verteilung erteilen")
@requires(Permission.FUNDING_WRITE)
def issue(distribution_id: UUID) -> dict[str, Any]:
    """Issue all drafts of the distribution, all or none."""
    session = db.session()
    issue_distribution(session, current_actor(), distribution_id)
    return _stored(get_distribution(session, distribution_id))


def _stored(stored: StoredDistribution) -> dict[str, Any]:
    return {
        "id": stored.id,
        "fund_id": stored.fund_id,
        "version": stored.version,
        "changed_at": stored.changed_at,
        "distribution": distribution_to_json(stored.distribution),
        "allocations": [
            {
                "id": made.id,
                "recipient": made.recipient,
                "issued_at": made.issued_at,
                "amount": f"{made.amount:.2f}",
            }
            for made in allocations_of(db.session(), stored)
        ],
    }
