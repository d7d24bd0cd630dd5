"""What other features use of the Mittelabruf."""

from __future__ import annotations

from kimhub.drawdowns.models import Drawdown, DrawdownKind, DrawdownReceipt, ExpectedPayment
from kimhub.drawdowns.queries import Drawn, drawn
from kimhub.drawdowns.standing_queries import Standing, standings
from kimhub.drawdowns.usecases.call_money import CallMoney, CancelDrawdown, call_money, cancel_drawdown
from kimhub.drawdowns.usecases.expect_payment import ExpectPayment, expect_payment
from kimhub.drawdowns.usecases.record_receipt import (
    RecordReceipt,
    ReverseReceipt,
    record_receipt,
    reverse_receipt,
)
from kimhub.drawdowns.usecases.repay import Repay, repay

__all__ = [
    "CallMoney",
    "CancelDrawdown",
    "Drawdown",
    "DrawdownKind",
    "DrawdownReceipt",
    "Drawn",
    "ExpectPayment",
    "ExpectedPayment",
    "RecordReceipt",
    "Repay",
    "ReverseReceipt",
    "Standing",
    "call_money",
    "cancel_drawdown",
    "drawn",
    "expect_payment",
    "record_receipt",
    "repay",
    "reverse_receipt",
    "standings",
]
