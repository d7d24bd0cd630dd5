"""Reads of calls, receipts and expected payments, and the sums that other features need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, RowMapping, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.drawdowns.models import Drawdown, DrawdownKind, DrawdownReceipt, ExpectedPayment
from kimhub.drawdowns.terms import CallState
from kimhub.funding.public import Grant
from kimhub.programme.public import Baustein
from tenants import Actor

_cancelling = aliased(Drawdown)
RECEIVED = (
    select(func.coalesce(func.sum(DrawdownReceipt.amount), Decimal("0.00")))
    .where(DrawdownReceipt.tenant_id == Drawdown.tenant_id, DrawdownReceipt.drawdown_id == Drawdown.id)
    .correlate(Drawdown)
    .scalar_subquery()
)
CANCELLED = (
    select(func.coalesce(func.sum(_cancelling.amount), Decimal("0.00")))
    .where(_cancelling.tenant_id == Drawdown.tenant_id, _cancelling.reverses_id == Drawdown.id)
    .correlate(Drawdown)
    .scalar_subquery()
)


def _rows() -> Select[*tuple[Any, ...]]:
    """Return the statement of an entry with its grant, what came in and what was cancelled."""
    return select(
        Drawdown.id,
        Drawdown.fund_id.label("grant_id"),
        Grant.title,
        Drawdown.year,
        Drawdown.baustein,
        Drawdown.kind,
        Drawdown.requested_on,
        Drawdown.due_until,
        Drawdown.amount,
        Drawdown.reference,
        Drawdown.reason,
        Drawdown.reverses_id,
        Drawdown.created_at,
        Drawdown.actor_label,
        RECEIVED.label("received"),
        (-CANCELLED).label("cancelled"),
    ).join(Grant, and_(Grant.tenant_id == Drawdown.tenant_id, Grant.id == Drawdown.fund_id))


_FEW = "a Kommune calls every two months at most, for three Bausteine"
DRAWDOWNS = KeysetList(
    _rows(),
    scope=Drawdown.tenant_id,
    orders={
        "day": Order("-requested_on", "-id"),
        "year": Order("-year", "baustein", "-requested_on", "-id", few_rows=_FEW),
        "amount": Order("-amount", "-id", few_rows=_FEW),
    },
    conditions={"year": Drawdown.year == bindparam("year", type_=Integer())},
    sums=("amount",),
)
_OWN = _rows().where(Drawdown.tenant_id == bindparam("tenant"))
_ONE = _rows().where(Drawdown.id == bindparam("id"))
_RECEIPTS = (
    select(DrawdownReceipt)
    .join(
        Drawdown,
        and_(Drawdown.tenant_id == DrawdownReceipt.tenant_id, Drawdown.id == DrawdownReceipt.drawdown_id),
    )
    .where(Drawdown.id == bindparam("drawdown"))
    .order_by(
        DrawdownReceipt.received_on,
        DrawdownReceipt.created_at,
        DrawdownReceipt.reverses_id.is_not(None),
        DrawdownReceipt.id,
    )
)
_OF_KEY = _OWN.where(
    Drawdown.fund_id == bindparam("grant"),
    Drawdown.year == bindparam("year"),
    Drawdown.baustein == bindparam("baustein"),
).order_by(Drawdown.requested_on.desc(), Drawdown.id.desc())
_OF_RECEIPT = select(DrawdownReceipt.drawdown_id).where(
    DrawdownReceipt.tenant_id == bindparam("tenant"), DrawdownReceipt.id == bindparam("id")
)
_PAYMENT = select(ExpectedPayment).where(ExpectedPayment.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class DrawdownFile:
    """One entry with all receipts on it, reversals included; for a call also where it stands."""

    row: RowMapping
    receipts: tuple[DrawdownReceipt, ...]

    @property
    def state(self) -> CallState:
        """Where the entry stands."""
        return state_of(self.row)

    @property
    def still_open(self) -> Decimal:
        """What has neither come in nor been cancelled, in euro; zero for what is no call."""
        return open_amount(self.row)


def open_amount(row: RowMapping) -> Decimal:
    """Return what is still to come in on a row of the list, in euro."""
    if row["kind"] != DrawdownKind.CALL:
        return Decimal("0.00")
    found: Decimal = row["amount"] - row["cancelled"] - row["received"]
    return found


def state_of(row: RowMapping) -> CallState:
    """Return where an entry stands."""
    if row["kind"] == DrawdownKind.CANCELLATION:
        return CallState.COUNTER
    if row["kind"] == DrawdownKind.REPAYMENT:
        return CallState.CANCELLED if row["cancelled"] else CallState.REPAID
    if open_amount(row) == 0:
        return CallState.RECEIVED if row["received"] else CallState.CANCELLED
    return CallState.PARTLY if row["received"] else CallState.ENTERED


def list_drawdowns(session: Session, actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """Return calls, cancellations and repayments, the last first."""
    return DRAWDOWNS.fetch(session, actor.tenant_id, asked)


def drawdown_file(session: Session, drawdown_id: UUID) -> DrawdownFile:
    """Return one entry of one's own with its receipts; raises `NotFoundError`."""
    row = session.execute(_ONE, {"id": drawdown_id}).mappings().one_or_none()
    if row is None:
        raise NotFoundError
    receipts = session.scalars(_RECEIPTS, {"drawdown": drawdown_id})
    return DrawdownFile(row, tuple(receipts))


def drawdown_of_receipt(session: Session, actor: Actor, receipt_id: UUID) -> DrawdownFile:
    """Return the call on which something came in; raises `NotFoundError`."""
    drawdown_id = session.scalars(_OF_RECEIPT, {"tenant": actor.tenant_id, "id": receipt_id}).one_or_none()
    if drawdown_id is None:
        raise NotFoundError
    return drawdown_file(session, drawdown_id)


DRAWDOWN = Versioned(
    Drawdown,
    drawdown_file,
    parts=lambda file: (file.row["id"], file.row["cancelled"], *(receipt.id for receipt in file.receipts)),
    state=lambda file: {"state": file.state.value},
)
"""How an entry is held and marked while something comes in on it or it is cancelled; it never changes itself."""


def drawdowns_of(session: Session, actor: Actor, key: tuple[UUID, int, Baustein]) -> Sequence[RowMapping]:
    """Return all entries of one Haushaltsjahr and Baustein of a grant, the last first."""
    grant_id, year, baustein = key
    values = {"tenant": actor.tenant_id, "grant": grant_id, "year": year, "baustein": int(baustein)}
    return session.execute(_OF_KEY, values).mappings().all()


def expected_payment(session: Session, payment_id: UUID) -> ExpectedPayment:
    """Return a payment entered by hand; raises `NotFoundError`."""
    payment = session.scalars(_PAYMENT, {"id": payment_id}).one_or_none()
    if payment is None:
        raise NotFoundError
    return payment


PAYMENT = Versioned(ExpectedPayment, expected_payment, parts=lambda payment: (payment,))
"""How an expected payment is held and marked while it is dropped."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a tenant has drawn of a grant in a Haushaltsjahr and Baustein, in euro.

    `called` counts calls that were not cancelled, repayments deducted; `received` what came in, repayments deducted.
    """

    grant_id: UUID
    year: int
    baustein: Baustein
    called: Decimal
    received: Decimal
    repaid: Decimal


_reversed = aliased(Drawdown)
_is_repayment = case(
    (func.coalesce(_reversed.kind, Drawdown.kind) == DrawdownKind.REPAYMENT, Drawdown.amount),
    else_=Decimal("0.00"),
)
_CALLED = (
    select(
        Drawdown.fund_id,
        Drawdown.year,
        Drawdown.baustein,
        func.sum(Drawdown.amount).label("called"),
        func.sum(_is_repayment).label("repaid"),
        func.sum(RECEIVED).label("received"),
    )
    .join(
        _reversed,
        and_(_reversed.tenant_id == Drawdown.tenant_id, _reversed.id == Drawdown.reverses_id),
        isouter=True,
    )
    .where(Drawdown.tenant_id == bindparam("tenant"))
    .group_by(Drawdown.fund_id, Drawdown.year, Drawdown.baustein)
    .order_by(Drawdown.year, Drawdown.baustein, Drawdown.fund_id)
)


def drawn(session: Session, tenant_id: int) -> list[Drawn]:
    """Return what is drawn, per grant, Haushaltsjahr and Baustein, in the order of years."""
    return [
        Drawn(
            grant_id=row.fund_id,
            year=row.year,
            baustein=Baustein(row.baustein),
            called=row.called,
            received=row.received + row.repaid,
            repaid=-row.repaid,
        )
        for row in session.execute(_CALLED, {"tenant": tenant_id})
    ]
