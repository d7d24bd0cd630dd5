"""The books over the API: list, read, book, reverse."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, register_api
from kimhub.core.attempt import attempt
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.programme.public import COST_TEILPLANZEILEN, FIRST_YEAR, LAST_YEAR, Baustein, Teilplanzeile
from kimhub.spending.import_api import KEY, imports
from kimhub.spending.listing import EXPENDITURE_KEY, ListFilter, list_expenditures
from kimhub.spending.models import Expenditure
from kimhub.spending.queries import get_expenditure, reversal_of
from kimhub.spending.schemas import PURPOSES, BookExpenditureSchema, ReverseExpenditureSchema, command_of
from kimhub.spending.usecases.book_expenditure import book_expenditure
from kimhub.spending.usecases.reverse_expenditure import ReverseExpenditure, reverse_expenditure
from tenants import Permission, db

MAX_PAGE = 200

api = ApiBlueprint(
    "expenditures",
    __name__,
    url_prefix=f"{PREFIX}/expenditures",
    description="Ausgaben: buchen und stornieren",
)

_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Adresse der Buchung"}}


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, api)
    register_api(app, imports)


class ListQuerySchema(CommandSchema):
    """What the list is narrowed to, and which page of it."""

    year = plain.Integer(validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))
    baustein = plain.Enum(Baustein, by_value=plain.Integer(strict=False))
    teilplanzeile = plain.String(validate=validate.OneOf([line.value for line in COST_TEILPLANZEILEN]))
    words = plain.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Teil von Belegnummer, Buchungstext, Empfänger oder Stelle"},
    )
    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


class ExpenditureSchema(CommandSchema):
    """A booking or a reversal."""

    id = plain.UUID(required=True)
    receipt_number = plain.String(required=True)
    booked_on = plain.Date(required=True)
    year = plain.Integer(required=True, metadata={"description": "Haushaltsjahr"})
    amount = plain.Function(
        lambda row: to_json(row["amount"]),
        metadata={"type": "string", "description": "Euro; bei einem Storno negativ", "example": "1234.56"},
    )
    baustein = plain.Integer(required=True)
    purpose = plain.String(required=True, metadata={"enum": [option.value for option in PURPOSES]})
    teilplanzeile = plain.String(
        required=True, metadata={"enum": [line.value for line in COST_TEILPLANZEILEN]}
    )
    position_reference = plain.String(required=True)
    period_from = plain.Date(required=True, allow_none=True)
    period_to = plain.Date(required=True, allow_none=True)
    text = plain.String(required=True)
    recipient = plain.String(required=True)
    reverses_id = plain.UUID(required=True, allow_none=True, metadata={"description": "Was es storniert"})
    is_reversed = plain.Boolean(required=True)
    reason = plain.String(required=True, metadata={"description": "Begründung des Stornos"})
    recorded_at = plain.AwareDateTime(required=True, attribute="created_at")
    recorded_by = plain.String(
        required=True, attribute="actor_label", metadata={"description": "Rolle, keine Person"}
    )


class ExpenditurePageSchema(CommandSchema):
    """A page of the list."""

    items = plain.List(plain.Nested(ExpenditureSchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


@api.route("")
@api.arguments(ListQuerySchema, location="query")
@api.response(200, ExpenditurePageSchema)
@api.doc(summary="Ausgaben auflisten", description="Der letzte Buchungstag zuerst, Stornos eingeschlossen.")
@requires(Permission.EXPENDITURE_READ)
def list_(query: dict[str, Any]) -> dict[str, Any]:
    """List bookings and reversals."""
    line = query.get("teilplanzeile")
    narrowed = ListFilter(
        year=query.get("year"),
        baustein=query.get("baustein"),
        teilplanzeile=Teilplanzeile(line) if line else None,
        words=query["words"].replace("\0", ""),
    )
    asked = PageRequest(after=_mark(query.get("cursor")), limit=query["limit"])
    rows = list_expenditures(db.session(), current_actor(), asked, narrowed)
    shown = rows[: asked.limit]
    following = None
    if len(rows) > asked.limit:
        following = encode_cursor((shown[-1]["booked_on"], shown[-1]["id"]))
    return {"items": shown, "next_cursor": following}


def _mark(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, EXPENDITURE_KEY)
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem


@api.route("", methods=["POST"])
@idempotent
@api.arguments(BookExpenditureSchema)
@api.response(201, ExpenditureSchema, headers=_LOCATION)
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Ausgabe buchen",
    description="Derselbe Beleg wird nur einmal gebucht: Die zweite Buchung mit gleicher Nummer, gleichem Tag, Betrag, "
    "Zweck, gleicher Teilplanzeile und Stelle erhält 409, bis die erste storniert ist.",
    parameters=[KEY],
)
@requires(Permission.EXPENDITURE_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Book an expenditure."""
    session = db.session()
    with attempt(session):
        booked = book_expenditure(session, current_actor(), command_of(command))
    return _created(booked)


@api.route("/<uuid:expenditure_id>")
@api.response(200, ExpenditureSchema)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Ausgabe lesen")
@requires(Permission.EXPENDITURE_READ)
def read(expenditure_id: UUID) -> dict[str, Any]:
    """Read a booking or a reversal."""
    return _shown(get_expenditure(db.session(), expenditure_id))


@api.route("/<uuid:expenditure_id>/reverse", methods=["POST"])
@idempotent
@api.arguments(ReverseExpenditureSchema)
@api.response(201, ExpenditureSchema, headers=_LOCATION)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Ausgabe stornieren",
    description="Die Antwort ist das Storno: der volle Betrag mit umgekehrtem Vorzeichen, im selben Haushaltsjahr.",
    parameters=[KEY],
)
@requires(Permission.EXPENDITURE_WRITE)
def reverse(command: dict[str, Any], expenditure_id: UUID) -> ResponseReturnValue:
    """Reverse a booking."""
    session = db.session()
    with attempt(session):
        reversal = reverse_expenditure(
            session, current_actor(), ReverseExpenditure(expenditure_id, **command)
        )
    return _created(reversal)


def _created(row: Expenditure) -> ResponseReturnValue:
    db.session().refresh(row)
    return _shown(row), 201, {"Location": url_for(".read", expenditure_id=row.id)}


def _shown(row: Expenditure) -> dict[str, Any]:
    names = [field.attribute or name for name, field in ExpenditureSchema().fields.items()]
    values = {name: getattr(row, name) for name in names if name != "is_reversed"}
    return {**values, "is_reversed": reversal_of(db.session(), row) is not None}
