"""A Bescheid that is final, calls and receipts as tests need them, made by the use cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kimhub.drawdowns.public import (
    CallMoney,
    CancelDrawdown,
    RecordReceipt,
    Repay,
    call_money,
    cancel_drawdown,
    record_receipt,
    repay,
)
from kimhub.funding.public import (
    Bescheid,
    CellAmount,
    EnterGrant,
    GrantKind,
    enter_amendment,
    enter_grant,
    grant_file,
    note_finality,
    record_bescheid,
)
from kimhub.programme.public import Baustein, Cell, GrantPurpose, Teilplanzeile
from kimhub.spending.public import BookExpenditure, book_expenditure
from tenants import Actor, transaction

B1 = Baustein.STRATEGISCHE_KOORDINATION
YEAR = 2021
_PERIOD = {"period_from": date(2021, 5, 1), "period_to": date(2022, 12, 31)}


def amount(text: str) -> Decimal:
    """Return euro with two decimals."""
    return Decimal(text).quantize(Decimal("0.01"))


def _bescheid(
    granted: str, issued_on: date, year: int = YEAR, purpose: GrantPurpose = GrantPurpose.KOORDINATION
) -> Bescheid:
    cell = Cell.of(year, purpose)
    return Bescheid(
        aktenzeichen="36.01.01-17/21",
        issued_on=issued_on,
        received_on=issued_on,
        items=(CellAmount(cell, amount(granted)),),
        **_PERIOD,
    )


def granted(
    actor: Actor,
    euro: str = "463500",
    *,
    final_on: date | None = date(2021, 6, 1),
    waived_on: date | None = None,
    kind: GrantKind = GrantKind.BESCHEID,
    plan_id: UUID | None = None,
    year: int = YEAR,
) -> UUID:
    """Return the id of a grant in force, final from `final_on` on: Baustein 1, as a Pauschale Baustein 2."""
    flat = kind is GrantKind.PAUSCHALE
    purpose = GrantPurpose.CASE_MANAGEMENT if flat else GrantPurpose.KOORDINATION
    with transaction(actor) as session:
        grant = enter_grant(
            actor,
            EnterGrant(
                title="KIM 2021",
                kind=kind,
                granted_by="Bezirksregierung Arnsberg",
                bescheid=_bescheid(euro, date(2021, 4, 20), year, purpose),
                plan_id=plan_id,
            ),
        )
        version = grant_file(session, grant.id).versions[0]
        record_bescheid(actor, version.id)
        if final_on or waived_on:
            note_finality(actor, version.id, waived_on=waived_on, final_on=final_on)
        return grant.id


def amended(actor: Actor, grant_id: UUID, euro: str, *, final_on: date | None = None) -> None:
    """Record an Änderungsbescheid of 01.09.2021 that grants `euro` as a whole."""
    with transaction(actor):
        version = enter_amendment(actor, grant_id, _bescheid(euro, date(2021, 9, 1)))
        record_bescheid(actor, version.id)
        if final_on:
            note_finality(actor, version.id, waived_on=None, final_on=final_on)


def called(actor: Actor, grant_id: UUID, euro: str, **more: Any) -> UUID:
    """Return the id of a call of 01.07.2021."""
    with transaction(actor):
        return call_money(actor, call_of(grant_id, euro, **more)).id


def call_of(grant_id: UUID, euro: str, **more: Any) -> CallMoney:
    """Return the command of a call of 01.07.2021 for payments until 31.08.2021."""
    return CallMoney(
        **{
            "grant_id": grant_id, "year": YEAR, "baustein": B1, "amount": Decimal(euro),
            "requested_on": date(2021, 7, 1), "due_until": date(2021, 8, 31), **more,
        }
    )  # fmt: skip


def received(actor: Actor, drawdown_id: UUID, euro: str, on: date = date(2021, 7, 12)) -> UUID:
    """Return the id of a receipt."""
    with transaction(actor):
        command = RecordReceipt(drawdown_id=drawdown_id, received_on=on, amount=Decimal(euro))
        return record_receipt(actor, command).id


def cancelled(actor: Actor, drawdown_id: UUID, reason: str = "Irrtum") -> UUID:
    """Return the id of a cancellation."""
    with transaction(actor):
        return cancel_drawdown(actor, CancelDrawdown(drawdown_id=drawdown_id, reason=reason)).id


def repaid(actor: Actor, grant_id: UUID, euro: str, on: date = date(2021, 10, 1)) -> UUID:
    """Return the id of a repayment."""
    with transaction(actor):
        command = Repay(
            grant_id=grant_id,
            year=YEAR,
            baustein=B1,
            amount=Decimal(euro),
            repaid_on=on,
            reason="Bescheid geändert",
        )
        return repay(actor, command).id


def booked(actor: Actor, euro: str, on: date, receipt: str = "R-1") -> UUID:
    """Return the id of an expenditure of Baustein 1."""
    with transaction(actor):
        command = BookExpenditure(
            receipt_number=receipt,
            booked_on=on,
            amount=amount(euro),
            purpose=GrantPurpose.KOORDINATION,
            teilplanzeile=Teilplanzeile.PERSONALAUFWENDUNGEN,
        )
        return book_expenditure(actor, command).id
