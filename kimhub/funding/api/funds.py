"""Funds over the API: what a tenant may pass on, and what is left of it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, Operation, QuerySchema
from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor
from kimhub.funding.api.grants import BalanceSchema
from kimhub.funding.queries import FundView, funds
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import Permission, db

api = ApiBlueprint(
    "funds", __name__, url_prefix=f"{PREFIX}/funds", description="Mittel: was weitergeleitet werden kann"
)


class FundQuerySchema(QuerySchema):
    """Which cells."""

    year = plain.Integer(
        validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR),
        metadata={"description": "nur Beträge dieses Haushaltsjahres"},
    )


class FundOutSchema(CommandSchema):
    """A fund with what is left in its cells."""

    id = plain.UUID(required=True, metadata={"description": "zugleich die der Zuwendung oder Weiterleitung"})
    title = plain.String(required=True)
    giver = plain.String(required=True)
    period_from = plain.Date(required=True)
    period_to = plain.Date(required=True)
    source = plain.String(required=True, metadata={"enum": ["grant", "allocation"]})
    cells = plain.List(plain.Nested(BalanceSchema), required=True)


class FundsSchema(CommandSchema):
    """All funds of a tenant."""

    items = plain.List(plain.Nested(FundOutSchema), required=True)


@api.operation(
    "GET", "", "list_",
    Operation(
        summary="Mittel mit ihren Ständen auflisten",
        description="Eigene Zuwendungen und erhaltene Mittel: bewilligt, weitergeleitet und noch verfügbar.",
        permission=Permission.FUNDING_READ, takes=FundQuerySchema, gives=FundsSchema,
    ),
)  # fmt: skip
def list_(query: dict[str, Any]) -> dict[str, Any]:
    """List the funds of the tenant."""
    return {"items": [_body(fund) for fund in funds(db.session(), current_actor().tenant_id, **query)]}


def _body(fund: FundView) -> dict[str, Any]:
    return {
        **{name: getattr(fund, name) for name in ("id", "title", "giver", "period_from", "period_to")},
        "source": "grant" if fund.is_grant else "allocation",
        "cells": [
            {
                "year": line.cell.year,
                "baustein": int(line.cell.baustein),
                "purpose": line.cell.purpose.value,
                "funded": to_json(line.funded),
                "passed_on": to_json(line.passed_on),
                "left": to_json(line.left),
            }
            for line in fund.balances
        ],
    }
