"""The Mittelabruf over the API: what may be drawn, calls, receipts, cancellations, repayments, expected payments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core import clock
from kimhub.core.api import PREFIX, ApiBlueprint, register_api
from kimhub.core.attempt import attempt
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER, idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor
from kimhub.drawdowns.answers import (
    AvailableListSchema,
    DrawdownFileSchema,
    DrawdownPageSchema,
    PaymentOutSchema,
    shown_available,
    shown_payment,
    shown_receipt,
    shown_row,
)
from kimhub.drawdowns.queries import (
    DRAWDOWN_KEY,
    drawdown_file,
    expected_payment,
    list_drawdowns,
)
from kimhub.drawdowns.schemas import CallSchema, CancelSchema, PaymentSchema, ReceiptSchema, RepaymentSchema
from kimhub.drawdowns.standing import standings
from kimhub.drawdowns.usecases.call_money import CallMoney, CancelDrawdown, call_money, cancel_drawdown
from kimhub.drawdowns.usecases.expect_payment import ExpectPayment, drop_payment, expect_payment
from kimhub.drawdowns.usecases.record_receipt import (
    RecordReceipt,
    ReverseReceipt,
    record_receipt,
    reverse_receipt,
)
from kimhub.drawdowns.usecases.repay import Repay, repay
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein
from tenants import Permission, db

MAX_PAGE = 200

api = ApiBlueprint(
    "drawdowns",
    __name__,
    url_prefix=f"{PREFIX}/drawdowns",
    description="Mittelabruf: abrufbare Beträge, Abrufe, Eingänge, Rückzahlungen, Zinsen",
)

KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Eine Wiederholung mit demselben Schlüssel erhält dieselbe Antwort und wirkt nicht noch einmal.",
}


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, api)


class _WhereSchema(CommandSchema):
    """Which Haushaltsjahr and Baustein of which grant."""

    grant_id = plain.UUID(required=True)
    year = plain.Integer(required=True, validate=validate.Range(min=FIRST_YEAR, max=LAST_YEAR))
    baustein = plain.Enum(Baustein, by_value=plain.Integer(strict=True), required=True)


class NewCallSchema(_WhereSchema, CallSchema):
    """A call."""


class NewRepaymentSchema(_WhereSchema, RepaymentSchema):
    """A repayment."""


class NewPaymentSchema(_WhereSchema, PaymentSchema):
    """An expected payment."""


class ListQuerySchema(CommandSchema):
    """Which page of the list."""

    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


@api.route("/available")
@api.response(200, AvailableListSchema)
@api.doc(
    summary="Abrufbare Beträge lesen",
    description="Je Zuwendung, Haushaltsjahr und Baustein, mit der Rechnung, den fälligen Zahlungen und den Zinsen.",
)
@requires(Permission.FUNDING_READ)
def available() -> dict[str, Any]:
    """Say what may be drawn now and why."""
    found = standings(db.session(), current_actor().tenant_id, clock.today())
    return {"items": [shown_available(one) for one in found]}


@api.route("")
@api.arguments(ListQuerySchema, location="query")
@api.response(200, DrawdownPageSchema)
@api.doc(summary="Abrufe auflisten", description="Der letzte zuerst, mit Stornos und Rückzahlungen.")
@requires(Permission.FUNDING_READ)
def list_(query: dict[str, Any]) -> dict[str, Any]:
    """List calls, cancellations and repayments."""
    asked = PageRequest(after=_mark(query.get("cursor")), limit=query["limit"])
    rows = list_drawdowns(db.session(), current_actor(), asked)
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    following = encode_cursor((shown[-1]["requested_on"], shown[-1]["id"])) if more else None
    return {"items": [shown_row(row) for row in shown], "next_cursor": following}


@api.route("", methods=["POST"])
@idempotent
@api.arguments(NewCallSchema)
@api.response(201, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Mittel abrufen",
    description="409, wenn mehr abgerufen würde als bewilligt, der Bescheid noch nicht bestandskräftig ist oder die "
    "Mittel ohne Abruf gezahlt werden.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Enter a call."""
    return _entered(lambda: call_money(current_actor(), CallMoney(**_words(command))).id)


@api.route("/repayments", methods=["POST"])
@idempotent
@api.arguments(NewRepaymentSchema)
@api.response(201, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(summary="Rückzahlung eintragen", parameters=[KEY])
@requires(Permission.FUNDING_WRITE)
def create_repayment(command: dict[str, Any]) -> ResponseReturnValue:
    """Enter a repayment."""
    return _entered(lambda: repay(current_actor(), Repay(**_words(command))).id)


@api.route("/<uuid:drawdown_id>")
@api.response(200, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Abruf lesen")
@requires(Permission.FUNDING_READ)
def read(drawdown_id: UUID) -> dict[str, Any]:
    """Read an entry with its receipts."""
    return _file(drawdown_id)


@api.route("/<uuid:drawdown_id>/receipts", methods=["POST"])
@idempotent
@api.arguments(ReceiptSchema)
@api.response(201, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Eingang eintragen",
    description="Die Antwort ist der Abruf mit allen Eingängen.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create_receipt(command: dict[str, Any], drawdown_id: UUID) -> ResponseReturnValue:
    """Enter what came in on a call."""
    receipt = RecordReceipt(drawdown_id=drawdown_id, **_words(command))
    return _entered(lambda: record_receipt(current_actor(), receipt).drawdown_id)


@api.route("/<uuid:drawdown_id>/cancel", methods=["POST"])
@idempotent
@api.arguments(CancelSchema)
@api.response(201, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Abruf stornieren",
    description="Storniert wird, was noch nicht eingegangen ist. Die Antwort ist der Gegeneintrag.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def cancel(command: dict[str, Any], drawdown_id: UUID) -> ResponseReturnValue:
    """Take back what has not come in of a call."""
    counter = CancelDrawdown(drawdown_id=drawdown_id, reason=command["reason"])
    return _entered(lambda: cancel_drawdown(current_actor(), counter).id)


@api.route("/receipts/<uuid:receipt_id>/reverse", methods=["POST"])
@idempotent
@api.arguments(CancelSchema)
@api.response(201, DrawdownFileSchema)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Eingang stornieren",
    description="Die Antwort ist der Abruf mit allen Eingängen.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def reverse(command: dict[str, Any], receipt_id: UUID) -> ResponseReturnValue:
    """Take back a receipt that was entered wrongly."""
    reversal = ReverseReceipt(receipt_id=receipt_id, reason=command["reason"])
    return _entered(lambda: reverse_receipt(current_actor(), reversal).drawdown_id)


@api.route("/payments", methods=["POST"])
@idempotent
@api.arguments(NewPaymentSchema)
@api.response(201, PaymentOutSchema)
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Erwartete Zahlung eintragen",
    description="Sie zählt beim Abruf neben dem Plan, bis sie fällig ist.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create_payment(command: dict[str, Any]) -> ResponseReturnValue:
    """Enter a payment that is expected."""
    with attempt(db.session()):
        payment = expect_payment(current_actor(), ExpectPayment(**command))
    return shown_payment(payment), 201, {"Location": url_for(".read_payment", payment_id=payment.id)}


@api.route("/payments/<uuid:payment_id>")
@api.response(200, PaymentOutSchema)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Erwartete Zahlung lesen")
@requires(Permission.FUNDING_READ)
def read_payment(payment_id: UUID) -> dict[str, Any]:
    """Read a payment that is expected."""
    return shown_payment(expected_payment(db.session(), payment_id))


@api.route("/payments/<uuid:payment_id>", methods=["DELETE"])
@api.response(204)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Erwartete Zahlung löschen")
@requires(Permission.FUNDING_WRITE)
def delete_payment(payment_id: UUID) -> None:
    """Delete a payment that is no longer expected."""
    drop_payment(current_actor(), payment_id)


def _entered(use_case: Callable[[], UUID]) -> ResponseReturnValue:
    """Answer with the entry that the use case names."""
    session = db.session()
    with attempt(session):
        drawdown_id = use_case()
    return _file(drawdown_id), 201, {"Location": url_for(".read", drawdown_id=drawdown_id)}


def _words(command: dict[str, Any]) -> dict[str, Any]:
    return {**command, "reference": command.get("reference") or ""}


def _mark(cursor: str | None) -> tuple[Any, ...] | None:
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, DRAWDOWN_KEY)
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem


def _file(drawdown_id: UUID) -> dict[str, Any]:
    file = drawdown_file(db.session(), drawdown_id)
    return {**shown_row(file.row), "receipts": [shown_receipt(receipt) for receipt in file.receipts]}
