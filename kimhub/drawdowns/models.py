"""Calls, what came in on them, and payments that are expected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.funding.public import Fund
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein
from tenants import Base, Own, TenantOwned
from tenants.calls import may_call
from tenants.isolation import APP_ROLE
from tenants.models import one_of

MAX_REFERENCE = 100
MAX_REASON = 500
MAX_TEXT = 200
MAX_AMOUNT = Decimal("999999999.99")
"""Euro of one entry."""
FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR + 1, 12, 31)


class DrawdownKind(StrEnum):
    """What an entry is."""

    CALL = "call"
    CANCELLATION = "cancellation"
    REPAYMENT = "repayment"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _KINDS[self]


_KINDS = {
    DrawdownKind.CALL: "Mittelabruf",
    DrawdownKind.CANCELLATION: "Storno",
    DrawdownKind.REPAYMENT: "Rückzahlung",
}

_BAUSTEINE = f"baustein IN ({', '.join(str(baustein.value) for baustein in Baustein)})"


class Drawdown(TenantOwned, Base):
    """A call for money (Mittelabruf) in euro, its cancellation, or a repayment; never changed, never deleted.

    What is drawn of a grant in a Haushaltsjahr and Baustein is the sum of its entries: calls count up, a repayment
    counts down. A cancellation (`reverses_id`) takes back what has not come in of a call, or a whole repayment.
    """

    __tablename__ = "drawdown"
    __isolation__ = Own()
    __table_args__ = (
        CheckConstraint(one_of("kind", DrawdownKind), name="kind"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint(_BAUSTEINE, name="baustein"),
        CheckConstraint(
            "amount <> 0 AND (kind <> 'call' OR amount > 0) AND (kind <> 'repayment' OR amount < 0)",
            name="amount",
        ),
        CheckConstraint(
            f"requested_on BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'", name="requested_on"
        ),
        CheckConstraint("(kind = 'call') = (due_until IS NOT NULL)", name="due"),
        CheckConstraint("due_until >= requested_on", name="due_until"),
        CheckConstraint("(kind = 'cancellation') = (reverses_id IS NOT NULL)", name="reversal"),
        CheckConstraint("kind <> 'cancellation' OR reason <> ''", name="reason"),
        CheckConstraint(f"length(reference) <= {MAX_REFERENCE}", name="reference"),
        CheckConstraint(f"length(reason) <= {MAX_REASON}", name="reason_length"),
        ForeignKeyConstraint(["tenant_id", "fund_id"], [Fund.tenant_id, Fund.id], name="fk_drawdown_fund"),
        ForeignKeyConstraint(
            ["tenant_id", "reverses_id", "fund_id", "year", "baustein"],
            [f"drawdown.{name}" for name in ("tenant_id", "id", "fund_id", "year", "baustein")],
            name="fk_drawdown_reversal",
        ),
        UniqueConstraint("tenant_id", "id", "fund_id", "year", "baustein", name="uq_drawdown_reversible"),
        UniqueConstraint("tenant_id", "reverses_id", name="uq_drawdown_cancelled"),
        Index("ix_drawdown_own", "tenant_id", "requested_on", "id"),
        Index("ix_drawdown_fund", "tenant_id", "fund_id", "year", "baustein"),
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER drawdown_entered AFTER INSERT ON drawdown FOR EACH ROW"
            " EXECUTE FUNCTION app.drawdown_entered()"
        ),
    )

    fund_id: Mapped[UUID]
    """The fund of the grant, which has the grant's id."""
    year: Mapped[int]
    baustein: Mapped[int]
    kind: Mapped[str]
    requested_on: Mapped[date]
    """The day of the call, of the cancellation, or of the repayment."""
    due_until: Mapped[date | None]
    """The last day on which a payment falls due that the call is for."""
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    reference: Mapped[str] = mapped_column(server_default="")
    """What the authority knows it by, or the own file number."""
    reverses_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(server_default="")
    """Why it was cancelled or paid back."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class DrawdownReceipt(TenantOwned, Base):
    """Money that came in on a call, in euro, or the reversal (Storno) of a wrong entry; append-only."""

    __tablename__ = "drawdown_receipt"
    __isolation__ = Own()
    __table_args__ = (
        CheckConstraint("amount <> 0 AND (amount < 0) = (reverses_id IS NOT NULL)", name="amount"),
        CheckConstraint(f"received_on BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'", name="received_on"),
        CheckConstraint(f"length(reference) <= {MAX_REFERENCE}", name="reference"),
        CheckConstraint(f"length(reason) <= {MAX_REASON}", name="reason"),
        ForeignKeyConstraint(
            ["tenant_id", "drawdown_id"],
            [Drawdown.tenant_id, Drawdown.id],
            name="fk_drawdown_receipt_drawdown",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "reverses_id", "drawdown_id", "received_on", "reversed_amount"],
            [
                f"drawdown_receipt.{name}"
                for name in ("tenant_id", "id", "drawdown_id", "received_on", "amount")
            ],
            name="fk_drawdown_receipt_reversal",
        ),
        UniqueConstraint(
            "tenant_id", "id", "drawdown_id", "received_on", "amount", name="uq_drawdown_receipt_reversible"
        ),
        UniqueConstraint("tenant_id", "reverses_id", name="uq_drawdown_receipt_reversed"),
        Index("ix_drawdown_receipt_drawdown", "tenant_id", "drawdown_id"),
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER drawdown_receipt_entered AFTER INSERT ON drawdown_receipt FOR EACH ROW"
            " EXECUTE FUNCTION app.drawdown_received()"
        ),
    )

    drawdown_id: Mapped[UUID]
    received_on: Mapped[date]
    """When it was credited to the account (Wertstellung); a reversal carries the day of what it reverses."""
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    reference: Mapped[str] = mapped_column(server_default="")
    reverses_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(server_default="")
    reversed_amount: Mapped[Decimal | None] = mapped_column(
        Numeric(14, 2), Computed("CASE WHEN reverses_id IS NOT NULL THEN -amount END", persisted=True)
    )
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class ExpectedPayment(TenantOwned, Base):
    """A payment that falls due and stands in no plan, entered by hand, in euro with the own share in it.

    A note for the next call, not a booking: it may be deleted, and counts only until its day.
    """

    __tablename__ = "expected_payment"
    __isolation__ = Own(deletable="true")
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint(_BAUSTEINE, name="baustein"),
        CheckConstraint(f"due_on BETWEEN DATE '{FIRST_DAY}' AND DATE '{LAST_DAY}'", name="due_on"),
        CheckConstraint(f"length(text) BETWEEN 1 AND {MAX_TEXT}", name="text"),
        ForeignKeyConstraint(
            ["tenant_id", "fund_id"], [Fund.tenant_id, Fund.id], name="fk_expected_payment_fund"
        ),
        Index("ix_expected_payment_fund", "tenant_id", "fund_id", "due_on"),
    )

    fund_id: Mapped[UUID]
    year: Mapped[int]
    """The Haushaltsjahr that bears it."""
    baustein: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    text: Mapped[str]
    """What is paid for."""


may_call(
    APP_ROLE,
    "the triggers of these tables ask them, with the rights of whoever enters a row",
    "app.held(uuid, integer, integer)",
    "app.funded_locked(uuid, integer, integer)",
)
