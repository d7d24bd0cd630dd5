"""The Mittelabruf over the API: what may be drawn, calls, receipts, cancellations, repayments, expected payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core import clock
from kimhub.core.api import Operation, Resource, register_api
from kimhub.core.errors import NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.drawdowns.answers import (
    AvailableListSchema,
    DrawdownFileSchema,
    DrawdownSchema,
    PaymentOutSchema,
    shown_available,
    shown_payment,
    shown_receipt,
    shown_row,
)
from kimhub.drawdowns.models import Drawdown, ExpectedPayment
from kimhub.drawdowns.queries import DRAWDOWN, DRAWDOWNS, PAYMENT, DrawdownFile, list_drawdowns
from kimhub.drawdowns.schemas import CallSchema, CancelSchema, PaymentSchema, ReceiptSchema, RepaymentSchema
from kimhub.drawdowns.standing_queries import standings
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
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, drawdowns.blueprint)
    register_api(app, payments.blueprint)


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


def _body(file: DrawdownFile) -> dict[str, Any]:
    return {**shown_row(file.row), "receipts": [shown_receipt(receipt) for receipt in file.receipts]}


drawdowns = Resource(
    "drawdowns",
    "Mittelabruf: abrufbare Beträge, Abrufe, Eingänge, Rückzahlungen, Zinsen",
    thing=DRAWDOWN,
    shape=DrawdownFileSchema,
    body=_body,
    names="drawdown_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
)
payments = Resource(
    "drawdowns/payments",
    "Erwartete Zahlungen: was beim Abruf neben dem Plan zählt",
    thing=PAYMENT,
    shape=PaymentOutSchema,
    body=shown_payment,
    names="payment_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
)


@drawdowns.blueprint.operation(
    "GET", "/available", "available",
    Operation(
        summary="Abrufbare Beträge lesen",
        description="Je Zuwendung, Haushaltsjahr und Baustein, mit der Rechnung, den fälligen Zahlungen und den "
        "Zinsen.",
        permission=Permission.FUNDING_READ, gives=AvailableListSchema,
    ),
)  # fmt: skip
def available() -> dict[str, Any]:
    """Say what may be drawn now and why."""
    found = standings(db.session(), current_actor().tenant_id, clock.today())
    return {"items": [shown_available(one) for one in found]}


@drawdowns.list(
    DrawdownSchema, "Abrufe auflisten", "Der letzte zuerst, mit Stornos und Rückzahlungen.",
    listed=DRAWDOWNS, shown=shown_row,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """List calls, cancellations and repayments."""
    return list_drawdowns(db.session(), actor, asked)


drawdowns.read("Abruf lesen")


@drawdowns.create(
    NewCallSchema, "Mittel abrufen",
    "409, wenn mehr abgerufen würde als bewilligt, der Bescheid noch nicht bestandskräftig ist oder die Mittel ohne "
    "Abruf gezahlt werden.", refused=(404, 409),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Drawdown:
    """Enter a call."""
    return call_money(actor, CallMoney(**command))


@drawdowns.create(NewRepaymentSchema, "Rückzahlung eintragen", path="/repayments", refused=(404, 409))
def create_repayment(actor: Actor, command: dict[str, Any]) -> Drawdown:
    """Enter a repayment."""
    return repay(actor, Repay(**command))


@drawdowns.change(ReceiptSchema, "Eingang eintragen", method="POST", path="/receipts", status=201)
def create_receipt(actor: Actor, file: DrawdownFile, command: dict[str, Any]) -> None:
    """Enter what came in on a call."""
    record_receipt(actor, RecordReceipt(drawdown_id=file.row["id"], **command))


@drawdowns.change(
    CancelSchema, "Eingang stornieren", method="POST", path="/receipts/<uuid:receipt_id>/reverse", status=201
)
def reverse(actor: Actor, file: DrawdownFile, command: dict[str, Any], *, receipt_id: UUID) -> None:
    """Take back a receipt that was entered wrongly."""
    if receipt_id not in {receipt.id for receipt in file.receipts}:
        raise NotFoundError
    reverse_receipt(actor, ReverseReceipt(receipt_id=receipt_id, reason=command["reason"]))


@drawdowns.derive(
    CancelSchema, "Abruf stornieren",
    "Storniert wird, was noch nicht eingegangen ist. Die Antwort ist der Gegeneintrag.", path="/cancel",
)  # fmt: skip
def cancel(actor: Actor, file: DrawdownFile, command: dict[str, Any]) -> Drawdown:
    """Take back what has not come in of a call."""
    return cancel_drawdown(actor, CancelDrawdown(drawdown_id=file.row["id"], reason=command["reason"]))


@payments.create(
    NewPaymentSchema, "Erwartete Zahlung eintragen",
    "Sie zählt beim Abruf neben dem Plan, bis sie fällig ist.", refused=(404,),
)  # fmt: skip
def create_payment(actor: Actor, command: dict[str, Any]) -> ExpectedPayment:
    """Enter a payment that is expected."""
    return expect_payment(actor, ExpectPayment(**command))


payments.read("Erwartete Zahlung lesen")


@payments.change(None, "Erwartete Zahlung löschen", method="DELETE")
def delete(actor: Actor, payment: ExpectedPayment) -> None:
    """Delete a payment that is no longer expected."""
    drop_payment(actor, payment.id)
