"""How the API answers: the shapes, and what fills them. Amounts are strings with two decimals."""

from __future__ import annotations

from typing import Any

from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.drawdowns.models import DrawdownKind, DrawdownReceipt, ExpectedPayment
from kimhub.drawdowns.queries import open_amount, state_of
from kimhub.drawdowns.standing_queries import Standing
from kimhub.drawdowns.terms import CallState
from kimhub.programme.public import Limit, ReceiptUse


def _euro(*, description: str = "", allow_none: bool = False) -> plain.String:
    return plain.String(
        required=True, allow_none=allow_none, metadata={"description": description, "example": "1234.56"}
    )


class DrawdownSchema(CommandSchema):
    """An entry of the list."""

    id = plain.UUID(required=True)
    grant_id = plain.UUID(required=True)
    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in DrawdownKind]})
    state = plain.String(required=True, metadata={"enum": [state.value for state in CallState]})
    requested_on = plain.Date(required=True)
    due_until = plain.Date(required=True, allow_none=True)
    amount = _euro(description="Euro; Stornos und Rückzahlungen sind negativ")
    received = _euro(description="Euro, die auf diesen Abruf eingegangen sind")
    still_open = _euro(description="Euro, die noch eingehen sollen")
    reference = plain.String(required=True)
    reason = plain.String(required=True)
    reverses_id = plain.UUID(required=True, allow_none=True, metadata={"description": "Was es storniert"})
    recorded_at = plain.AwareDateTime(required=True)
    recorded_by = plain.String(required=True, metadata={"description": "Rolle, keine Person"})


class ReceiptOutSchema(CommandSchema):
    """A receipt or its reversal."""

    id = plain.UUID(required=True)
    received_on = plain.Date(required=True)
    amount = _euro()
    reference = plain.String(required=True)
    reverses_id = plain.UUID(required=True, allow_none=True)
    reason = plain.String(required=True)


class DrawdownFileSchema(DrawdownSchema):
    """An entry with its receipts."""

    receipts = plain.List(plain.Nested(ReceiptOutSchema), required=True)


class StepSchema(CommandSchema):
    """A line of the calculation."""

    label = plain.String(required=True)
    amount = _euro()
    result = plain.Boolean(required=True)


class DuePaymentSchema(CommandSchema):
    """A payment that falls due within the time of a call."""

    id = plain.UUID(required=True, allow_none=True, metadata={"description": "Nur bei erfassten Zahlungen"})
    due_on = plain.Date(required=True)
    amount = _euro()
    text = plain.String(required=True)


class ReceiptUseSchema(CommandSchema):
    """What became of a receipt."""

    received_on = plain.Date(required=True)
    amount = _euro()
    use_until = plain.Date(required=True, metadata={"description": "Bis dahin ohne Zinsen zu verwenden"})
    unused = _euro()
    interest = _euro(description="Bis heute entstandene Zinsen; null: Zinssatz fehlt", allow_none=True)
    no_rate_from = plain.Date(required=True, allow_none=True)
    threatens = _euro(description="Zinsen, wenn der Rest einen Tag zu spät verwendet wird", allow_none=True)
    verified = plain.Boolean(required=True, metadata={"description": "Ob alle Zinssätze geprüft sind"})


class AvailableSchema(CommandSchema):
    """What may be drawn of one Haushaltsjahr and Baustein of a grant."""

    grant_id = plain.UUID(required=True)
    title = plain.String(required=True)
    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    amount = _euro(description="Jetzt abrufbar")
    due_until = plain.Date(required=True)
    limit = plain.String(required=True, metadata={"enum": [limit.value for limit in Limit]})
    reason = plain.String(required=True)
    notice = plain.String(required=True)
    repay = _euro(description="Über die Bewilligung hinaus abgerufen")
    granted = _euro()
    drawn = _euro()
    received = _euro()
    spent = _euro(description="Ausgaben mit dem Eigenanteil")
    steps = plain.List(plain.Nested(StepSchema), required=True)
    payments = plain.List(plain.Nested(DuePaymentSchema), required=True)
    receipts = plain.List(plain.Nested(ReceiptUseSchema), required=True)


class AvailableListSchema(CommandSchema):
    """All of a tenant."""

    items = plain.List(plain.Nested(AvailableSchema), required=True)


class PaymentOutSchema(CommandSchema):
    """An expected payment."""

    id = plain.UUID(required=True)
    grant_id = plain.UUID(required=True)
    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    due_on = plain.Date(required=True)
    amount = _euro()
    text = plain.String(required=True)


_AS_THEY_ARE = (
    "id", "grant_id", "year", "baustein", "kind", "requested_on", "due_until", "reference", "reason", "reverses_id",
)  # fmt: skip


def shown_row(row: RowMapping) -> dict[str, Any]:
    """Return an entry of the list."""
    return {
        **{name: row[name] for name in _AS_THEY_ARE},
        "state": state_of(row).value,
        "amount": to_json(row["amount"]),
        "received": to_json(row["received"]),
        "still_open": to_json(open_amount(row)),
        "recorded_at": row["created_at"],
        "recorded_by": row["actor_label"],
    }


def shown_available(one: Standing) -> dict[str, Any]:
    """Return where a Haushaltsjahr and Baustein of a grant stands."""
    return {
        "grant_id": one.grant_id,
        "title": one.title,
        "year": one.year,
        "baustein": int(one.baustein),
        "amount": to_json(one.result.amount),
        "due_until": one.result.until,
        "limit": one.result.limit.value,
        "reason": one.result.reason,
        "notice": one.notice,
        "repay": to_json(one.result.repay),
        "granted": to_json(one.funds.granted),
        "drawn": to_json(one.funds.drawn),
        "received": to_json(one.received),
        "spent": to_json(one.funds.spent),
        "steps": [
            {"label": step.label, "amount": to_json(step.amount), "result": step.result}
            for step in one.result.steps
        ],
        "payments": [
            {"id": p.payment_id, "due_on": p.due_on, "amount": to_json(p.amount), "text": p.text}
            for p in one.payments
        ],
        "receipts": [shown_use(receipt) for receipt in one.receipts],
    }


def shown_use(receipt: ReceiptUse) -> dict[str, Any]:
    """Return what became of a receipt."""
    return {
        "received_on": receipt.received_on,
        "amount": to_json(receipt.amount),
        "use_until": receipt.deadline,
        "unused": to_json(receipt.unused),
        "interest": None if receipt.interest is None else to_json(receipt.interest),
        "no_rate_from": receipt.no_rate_from,
        "threatens": None if receipt.threatens is None else to_json(receipt.threatens),
        "verified": receipt.verified,
    }


def shown_payment(payment: ExpectedPayment) -> dict[str, Any]:
    """Return an expected payment."""
    return {
        "id": payment.id,
        "grant_id": payment.fund_id,
        "year": payment.year,
        "baustein": payment.baustein,
        "due_on": payment.due_on,
        "amount": to_json(payment.amount),
        "text": payment.text,
    }


def shown_receipt(receipt: DrawdownReceipt) -> dict[str, Any]:
    """Return a receipt or its reversal."""
    return {
        "id": receipt.id,
        "received_on": receipt.received_on,
        "amount": to_json(receipt.amount),
        "reference": receipt.reference,
        "reverses_id": receipt.reverses_id,
        "reason": receipt.reason,
    }
