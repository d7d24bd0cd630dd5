"""Distributions as API: calculate without storing, store, and make allocations of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields
from sqlalchemy import RowMapping

from kimhub.core.api import Operation, Resource, register_api
from kimhub.core.fields import CommandSchema, Day, Part, Text
from kimhub.core.web.paging import PageRequest
from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.queries import (
    DISTRIBUTION,
    DISTRIBUTIONS,
    allocations_of,
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
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Register the routes."""
    register_api(app, distributions.blueprint)


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


class DraftTermsSchema(CommandSchema):
    """What all allocations say alike."""

    issued_on = Day("Datum")
    conditions = Text("Bestimmungen", max_length=20_000, lines=6, optional=True)
    consent_on = Day("Zustimmung der Bezirksregierung", optional=True)
    consent_reference = Text("Aktenzeichen der Zustimmung", max_length=200, optional=True)


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


distributions = Resource(
    "distributions",
    "Verteilungen",
    thing=DISTRIBUTION,
    shape=StoredDistributionSchema,
    body=_stored,
    names="distribution_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
    blueprint="distributions_api",
)


@distributions.blueprint.operation(
    "POST", "/calculate", "calculate",
    Operation(
        summary="Verteilung berechnen, ohne sie zu speichern", permission=Permission.FUNDING_READ, stores=False,
        takes=DistributionSchema, gives=CalculatedDistributionSchema,
    ),
)  # fmt: skip
def calculate(distribution: Distribution) -> dict[str, Any]:
    """Calculate shares, differences and money; nothing is stored."""
    return {"result": distributed_to_json(calculate_distribution(distribution))}


@distributions.list(
    DistributionSummarySchema, "Gespeicherte Verteilungen auflisten", "Die zuletzt geänderten zuerst.",
    listed=DISTRIBUTIONS,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """List the stored distributions."""
    return list_distributions(db.session(), actor, asked)


distributions.read("Verteilung lesen")


@distributions.create(NewStoredDistributionSchema, "Verteilung speichern", refused=(404,))
def create(actor: Actor, command: dict[str, Any]) -> StoredDistribution:
    """Store a distribution of money of a fund."""
    return create_distribution(actor, command["fund_id"], command["distribution"])


@distributions.change(
    DraftTermsSchema, "Weiterleitungen als Entwurf anlegen",
    "Eine für jede Stelle mit einem Betrag, alle oder keine.", method="POST", path="/drafts", status=201,
)  # fmt: skip
def create_drafts(actor: Actor, stored: StoredDistribution, command: dict[str, Any]) -> None:
    """Prepare an allocation for every party with an amount."""
    draft_allocations(
        actor,
        DraftAllocations(distribution_id=stored.id, expected_version=stored.version, **command),
    )


@distributions.change(
    None, "Alle Entwürfe einer Verteilung erteilen", "Alle oder keine.", method="POST", path="/issue"
)
def issue(actor: Actor, stored: StoredDistribution) -> None:
    """Issue all drafts of the distribution."""
    issue_distribution(actor, stored.id)
