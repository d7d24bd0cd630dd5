"""The books over the API: list, read, book, reverse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, picked, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.core.web.paging import PageRequest
from kimhub.programme.public import COST_TEILPLANZEILEN, FIRST_YEAR, LAST_YEAR, Baustein, Teilplanzeile
from kimhub.spending.import_api import imports
from kimhub.spending.list_queries import EXPENDITURES, ListFilter, list_expenditures
from kimhub.spending.models import Expenditure
from kimhub.spending.queries import EXPENDITURE, reversal_of
from kimhub.spending.schemas import PURPOSES, BookExpenditureSchema, ReverseExpenditureSchema
from kimhub.spending.usecases.book_expenditure import BookExpenditure, book_expenditure
from kimhub.spending.usecases.reverse_expenditure import ReverseExpenditure, reverse_expenditure
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, expenditures.blueprint)
    register_api(app, imports.blueprint)


class ListQuerySchema(PageQuerySchema):
    """What the list is narrowed to, and which page of it."""

    year = plain.Integer(validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))
    baustein = plain.Enum(Baustein, by_value=plain.Integer(strict=False))
    teilplanzeile = plain.String(validate=validate.OneOf([line.value for line in COST_TEILPLANZEILEN]))
    words = plain.String(
        validate=validate.Length(max=100),
        metadata={"description": "Teil von Belegnummer, Buchungstext, Empfänger oder Stelle"},
    )


class ExpenditureSchema(CommandSchema):
    """A booking or a reversal."""

    id = plain.UUID(required=True)
    receipt_number = plain.String(required=True)
    booked_on = plain.Date(required=True)
    year = plain.Integer(required=True, metadata={"description": "Haushaltsjahr"})
    amount = plain.String(
        required=True, metadata={"description": "Euro; bei einem Storno negativ", "example": "1234.56"}
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
    import_id = plain.UUID(
        required=True, allow_none=True, metadata={"description": "Die Einlesung, mit der sie gebucht wurde"}
    )
    import_row = plain.Integer(
        required=True, allow_none=True, metadata={"description": "Ihre Zeile in der eingelesenen Datei"}
    )
    reverses_id = plain.UUID(required=True, allow_none=True, metadata={"description": "Was es storniert"})
    is_reversed = plain.Boolean(required=True)
    reason = plain.String(required=True, metadata={"description": "Begründung des Stornos"})
    recorded_at = plain.AwareDateTime(required=True, attribute="created_at")
    recorded_by = plain.String(
        required=True, attribute="actor_label", metadata={"description": "Rolle, keine Person"}
    )


def _body(booked: Expenditure) -> dict[str, Any]:
    columns = {field.attribute or name for name, field in ExpenditureSchema().fields.items()}
    return {
        **{name: getattr(booked, name) for name in columns - {"amount", "is_reversed"}},
        "amount": to_json(booked.amount),
        "is_reversed": reversal_of(db.session(), booked) is not None,
    }


expenditures = Resource(
    "expenditures",
    "Ausgaben: buchen und stornieren",
    thing=EXPENDITURE,
    shape=ExpenditureSchema,
    body=_body,
    names="expenditure_id",
    read=Permission.EXPENDITURE_READ,
    write=Permission.EXPENDITURE_WRITE,
)


@expenditures.list(
    ExpenditureSchema, "Ausgaben auflisten", "Der letzte Buchungstag zuerst, Stornos eingeschlossen.",
    listed=EXPENDITURES, query=ListQuerySchema,
    shown=picked(ExpenditureSchema, amount=to_json),
)  # fmt: skip
def list_(
    actor: Actor, asked: PageRequest, *, teilplanzeile: str | None = None, words: str = "", **narrowed: Any
) -> Sequence[RowMapping]:
    """List bookings and reversals."""
    line = Teilplanzeile(teilplanzeile) if teilplanzeile else None
    wanted = ListFilter(teilplanzeile=line, words=words.replace("\0", ""), **narrowed)
    return list_expenditures(db.session(), actor, asked, wanted)


expenditures.read("Ausgabe lesen")


@expenditures.create(
    BookExpenditureSchema, "Ausgabe buchen",
    "Derselbe Beleg wird nur einmal gebucht: Die zweite Buchung mit gleicher Nummer, gleichem Tag, Betrag, Zweck, "
    "gleicher Teilplanzeile und Stelle erhält 409, bis die erste storniert ist.", refused=(409,),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Expenditure:
    """Book an expenditure."""
    return book_expenditure(actor, BookExpenditure(**command))


@expenditures.derive(
    ReverseExpenditureSchema, "Ausgabe stornieren",
    "Die Antwort ist das Storno: der volle Betrag mit umgekehrtem Vorzeichen, im selben Haushaltsjahr.",
    path="/reverse",
)  # fmt: skip
def reverse(actor: Actor, booked: Expenditure, command: dict[str, Any]) -> Expenditure:
    """Reverse a booking."""
    return reverse_expenditure(actor, ReverseExpenditure(booked.id, **command))
