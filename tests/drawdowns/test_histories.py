"""Random histories of calls, receipts, cancellations, repayments and amendments, against a plain Python model.

Hypothesis invents who does what in which order, also what must be refused. After every step the database must say
what the model says: which step was possible, and what is drawn, received and paid back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kimhub.core.attempt import attempt
from kimhub.core.errors import KimhubError
from kimhub.drawdowns.public import (
    CancelDrawdown,
    RecordReceipt,
    Repay,
    ReverseReceipt,
    call_money,
    cancel_drawdown,
    drawn,
    record_receipt,
    repay,
    reverse_receipt,
    standings,
)
from tenants import transaction
from tests.factories.drawdowns import B1, YEAR, amended, call_of, granted
from tests.support.examples import examples

DAY = date(2021, 10, 1)
FINAL = date(2021, 9, 15)

BEGINNING = (("call", 9), ("receive", 0, 5), ("amend", 18, False))
"""More is granted than is final, and something has come in: every rule can get into the way of the random part."""

euros = st.integers(1, 9)
which = st.integers(0, 3)
steps = st.one_of(
    st.tuples(st.just("call"), euros),
    st.tuples(st.just("receive"), which, euros),
    st.tuples(st.just("cancel"), which),
    st.tuples(st.just("reverse"), which),
    st.tuples(st.just("repay"), euros),
    st.tuples(st.just("amend"), st.integers(1, 20), st.booleans()),
)


@dataclass
class Call:
    """A call in the model; `receipts` are those that were not reversed."""

    id: UUID
    amount: int
    cancelled: int | None = None
    receipts: list[tuple[UUID, int]] = field(default_factory=list)

    @property
    def received(self) -> int:
        return sum(amount for _, amount in self.receipts)

    @property
    def open(self) -> int:
        return self.amount - (self.cancelled or 0) - self.received


class History:
    """Does each step with the use cases and with the model, and compares."""

    def __init__(self, actor):
        self.actor = actor
        self.granted = self.final = 12
        self.grant = granted(actor, "12")
        self.calls: list[Call] = []
        self.repaid = 0

    @property
    def drawn(self) -> int:
        return sum(call.amount - (call.cancelled or 0) for call in self.calls) - self.repaid

    @property
    def held(self) -> int:
        return sum(call.received for call in self.calls) - self.repaid

    def step(self, name, *arguments):
        getattr(self, name)(*arguments)
        with transaction(self.actor, read_only=True) as session:
            found = [(one.called, one.received, one.repaid) for one in drawn(session, self.actor.tenant_id)]
            (standing,) = standings(session, self.actor.tenant_id, DAY)
        assert found == ([(self.drawn, self.held, self.repaid)] if self.calls else [])
        limit = min(self.granted, self.final)
        assert standing.funds.granted == limit
        assert standing.result.repay == max(self.drawn - limit, 0)
        assert sum((use.unused for use in standing.receipts), Decimal(0)) == self.held

    def attempt(self, use_case: Callable[[], object], *, possible: bool) -> object:
        """Do it; it must succeed if it is `possible` and be refused otherwise."""
        with transaction(self.actor) as session:
            try:
                with attempt(session):
                    done = use_case()
            except KimhubError:
                assert not possible
                return None
        assert possible
        return done

    def chosen(self, number: int) -> Call | None:
        return self.calls[number % len(self.calls)] if self.calls else None

    def call(self, euro: int):
        command = call_of(self.grant, str(euro), requested_on=DAY, due_until=DAY)
        possible = self.drawn + euro <= min(self.granted, self.final)
        entered = self.attempt(lambda: call_money(self.actor, command), possible=possible)
        if entered is not None:
            self.calls.append(Call(entered.id, euro))

    def receive(self, number: int, euro: int):
        call = self.chosen(number)
        if call is None:
            return
        command = RecordReceipt(drawdown_id=call.id, received_on=DAY, amount=Decimal(euro))
        entered = self.attempt(lambda: record_receipt(self.actor, command), possible=euro <= call.open)
        if entered is not None:
            call.receipts.append((entered.id, euro))

    def cancel(self, number: int):
        call = self.chosen(number)
        if call is None:
            return
        command = CancelDrawdown(drawdown_id=call.id, reason="Irrtum")
        possible = call.cancelled is None and call.open > 0
        if self.attempt(lambda: cancel_drawdown(self.actor, command), possible=possible) is not None:
            call.cancelled = call.open

    def reverse(self, number: int):
        call = self.chosen(number)
        if call is None or not call.receipts:
            return
        receipt_id, euro = call.receipts[-1]
        command = ReverseReceipt(receipt_id=receipt_id, reason="Irrtum")
        possible = self.held - euro >= 0
        if self.attempt(lambda: reverse_receipt(self.actor, command), possible=possible) is not None:
            call.receipts.pop()
            self.attempt(lambda: reverse_receipt(self.actor, command), possible=False)

    def repay(self, euro: int):
        command = Repay(
            grant_id=self.grant, year=YEAR, baustein=B1, amount=Decimal(euro), repaid_on=DAY, reason="Zu viel"
        )
        if self.attempt(lambda: repay(self.actor, command), possible=euro <= self.held) is not None:
            self.repaid += euro

    def amend(self, euro: int, final: bool):
        amended(self.actor, self.grant, str(euro), final_on=FINAL if final else None)
        self.granted = euro
        if final:
            self.final = euro


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=3, max_size=14))
def test_no_history_draws_more_than_is_granted_or_loses_a_cent(connection, stadt, run):
    savepoint = connection.begin_nested()
    history = History(stadt)
    try:
        for name, *arguments in (*BEGINNING, *run):
            history.step(name, *arguments)
    finally:
        savepoint.rollback()
