"""The overview as API."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, Response
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, Operation, QuerySchema, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import current_actor
from kimhub.overview.alerts import AlertKind
from kimhub.overview.collect import overview
from kimhub.overview.document import overview_to_json
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein, Teilplanzeile
from tenants import Permission, db

api = ApiBlueprint("overview-api", __name__, url_prefix=f"{PREFIX}/overview", description="Mittelübersicht")


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, api)


def _euro(**more: Any) -> plain.String:
    return plain.String(required=True, **more)


class OverviewQuerySchema(QuerySchema):
    """Which overview."""

    year = plain.Integer(
        validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR),
        metadata={"description": "Haushaltsjahr; ohne Angabe alle"},
    )
    plan = plain.UUID(
        metadata={"description": "Plan für die geplanten Kosten, wenn keine Zuwendung einen nennt"}
    )


class _FiguresSchema(CommandSchema):
    """Amounts that every level has."""

    granted = _euro(metadata={"description": "vom Land bewilligt"})
    received = _euro(metadata={"description": "durch Weiterleitung erhalten"})
    passed_on = _euro(metadata={"description": "an andere weitergeleitet"})
    planned = _euro(allow_none=True, metadata={"description": "geplante Kosten"})
    spent = _euro()
    remaining = _euro(metadata={"description": "Mittel abzüglich der Ausgaben"})
    forecast = _euro(metadata={"description": "Ausgaben bis zum Jahresende"})


class OverviewLineSchema(_FiguresSchema):
    """A Teilplanzeile."""

    teilplanzeile = plain.String(
        required=True, validate=validate.OneOf([line.value for line in Teilplanzeile])
    )
    for_others = _euro(metadata={"description": "auf dieser Zeile weiterzuleiten"})


class _SumSchema(_FiguresSchema):
    """Amounts of a Baustein or a year."""

    drawn = _euro(allow_none=True, metadata={"description": "vom Land abgerufen"})
    eigenanteil = _euro(
        allow_none=True,
        metadata={
            "description": "voraussichtlich, bis zum Jahresende; null, solange die Bewilligung aussteht"
        },
    )
    lapsing = _euro(metadata={"description": "voraussichtlich nicht verbraucht"})


class OverviewBausteinSchema(_SumSchema):
    """A Baustein with its lines; null is what no Baustein pays for."""

    baustein = plain.Integer(
        required=True, allow_none=True, validate=validate.OneOf([int(part) for part in Baustein])
    )
    lines = plain.List(plain.Nested(OverviewLineSchema), required=True)


class OverviewYearSchema(_SumSchema):
    """A Haushaltsjahr."""

    year = plain.Integer(required=True)
    booked_until = plain.Date(
        required=True, allow_none=True, metadata={"description": "letzter Tag, bis zu dem gebucht ist"}
    )
    bausteine = plain.List(plain.Nested(OverviewBausteinSchema), required=True)


class OverviewRecipientSchema(CommandSchema):
    """Who was given money; the other amounts are parts of `allocated`, but for `passed_on`."""

    kind = plain.String(required=True)
    name = plain.String(required=True)
    allocated = _euro()
    confirmed = _euro()
    unanswered = _euro()
    objected = _euro()
    waived = _euro()
    passed_on = _euro(metadata={"description": "von ihr selbst weitergeleitet"})
    spent = _euro(allow_none=True, metadata={"description": "ausgegeben laut letztem Zwischenstand"})
    spent_as_of = plain.AwareDateTime(required=True, allow_none=True)


class OverviewAlertSchema(CommandSchema):
    """A finding for whoever looks after the money."""

    code = plain.String(required=True, validate=validate.OneOf([kind.value for kind in AlertKind]))
    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True, allow_none=True)
    title = plain.String(required=True)
    detail = plain.String(required=True)


class OverviewPlanSchema(CommandSchema):
    """A plan whose costs are the planned ones; `linked` if a Zuwendung names it."""

    id = plain.UUID(required=True)
    title = plain.String(required=True)
    version = plain.Integer(required=True)
    linked = plain.Boolean(required=True)


class OverviewSchema(CommandSchema):
    """The Mittelübersicht."""

    as_of = plain.AwareDateTime(required=True)
    year = plain.Integer(required=True, allow_none=True)
    guidelines = plain.List(plain.String(), required=True)
    unverified = plain.Boolean(required=True)
    plans = plain.List(plain.Nested(OverviewPlanSchema), required=True)
    years = plain.List(plain.Nested(OverviewYearSchema), required=True)
    recipients = plain.List(plain.Nested(OverviewRecipientSchema), required=True)
    alerts = plain.List(plain.Nested(OverviewAlertSchema), required=True)


@api.operation(
    "GET", "", "read_overview",
    Operation(
        summary="Mittelübersicht lesen",
        description="Je Haushaltsjahr, Baustein und Teilplanzeile. Der Zugang braucht auch das Recht expenditure:read; "
        "ohne plan:read fehlen die geplanten Kosten.",
        permission=Permission.FUNDING_READ, takes=OverviewQuerySchema, gives=OverviewSchema,
    ),
)  # fmt: skip
def read_overview(query: dict[str, Any]) -> Response:
    """Read the overview of a Haushaltsjahr or of all."""
    shown = overview(db.session(), current_actor(), year=query.get("year"), plan_id=query.get("plan"))
    return Response(orjson.dumps(overview_to_json(shown)), mimetype="application/json")
