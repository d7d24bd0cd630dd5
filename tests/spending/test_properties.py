"""No run of bookings and reversals breaks the books; two people at once neither."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select
from sqlalchemy.exc import IntegrityError

from kimhub.core.attempt import declared_error
from kimhub.core.errors import KimhubError
from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.models import Expenditure
from kimhub.spending.public import (
    AlreadyReversedError,
    ReceiptBookedError,
    ReverseExpenditure,
    book_expenditure,
    reverse_expenditure,
    spent,
)
from tenants import Role, transaction
from tests.factories.tenants import create_district
from tests.spending.conftest import RENT
from tests.support.examples import examples

RECEIPTS = st.builds(
    lambda number, purpose, amount, year: replace(
        RENT, receipt_number=f"R{number}", purpose=purpose, amount=amount, year=year
    ),
    number=st.integers(1, 2),
    purpose=st.sampled_from([GrantPurpose.BEGLEITAUSGABEN, GrantPurpose.CASE_MANAGEMENT]),
    amount=st.sampled_from([Decimal("0.01"), Decimal("10.00")]),
    year=st.sampled_from([2021, 2022]),
)
STEPS = st.lists(
    st.tuples(st.just("book"), RECEIPTS) | st.tuples(st.just("reverse"), st.integers(0, 9)), max_size=14
)


@given(steps=STEPS)
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_booked_and_reversed_the_sums_are_those_of_a_plain_list(ctx, coordinator, steps):
    with transaction(coordinator) as session:
        undone = session.begin_nested()
        books, counting = [], {}
        for step, what in steps:
            if step == "book":
                key = replace(what, text="")
                try:
                    with session.begin_nested():
                        books.append((book_expenditure(coordinator, what).id, key))
                except ReceiptBookedError:
                    assert key in counting.values()
                else:
                    assert key not in counting.values()
                    counting[books[-1][0]] = key
            elif books:
                booking, _ = books[what % len(books)]
                try:
                    with session.begin_nested():
                        reverse_expenditure(coordinator, ReverseExpenditure(booking, "x"))
                except AlreadyReversedError:
                    assert booking not in counting
                else:
                    del counting[booking]
        expected = Counter()
        for booked in counting.values():
            expected[booked.year, booked.purpose] += booked.amount
        told = {
            (row.cell.year, row.cell.purpose): row.amount for row in spent(session, coordinator.tenant_id)
        }
        assert {cell: amount for cell, amount in told.items() if amount} == dict(expected)
        reversals = session.execute(
            select(func.count(), func.count(Expenditure.reverses_id.distinct())).where(
                Expenditure.is_reversal
            )
        ).one()
        assert reversals[0] == reversals[1], "each booking is reversed once at most"
        undone.rollback()


@pytest.mark.parametrize("what", ["book", "reverse"])
def test_of_twenty_who_do_the_same_at_once_one_succeeds(committing, what):
    owner = create_engine(committing.urls.owner)
    with owner.begin() as connection:
        actor = create_district(connection).stadt.actor(Role.KI_COORDINATOR)
    owner.dispose()
    app, outcomes, start = committing.app, [], threading.Barrier(20)
    receipt = replace(RENT, teilplanzeile=Teilplanzeile.SONSTIGE_AUFWENDUNGEN)
    if what == "reverse":
        with app.app_context(), transaction(actor) as session:
            booking = book_expenditure(actor, receipt).id

    def work():
        with app.app_context():
            start.wait()
            try:
                with transaction(actor):
                    if what == "book":
                        book_expenditure(actor, receipt)
                    else:
                        reverse_expenditure(actor, ReverseExpenditure(booking, "x"))
                outcomes.append("done")
            except KimhubError as refusal:
                outcomes.append(refusal.code)
            except IntegrityError as violation:
                outcomes.append(declared_error(violation).code)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = "receipt-already-booked" if what == "book" else "already-reversed"
    assert Counter(outcomes) == {"done": 1, refused: 19}
    with app.app_context(), transaction(actor, read_only=True) as session:
        assert session.scalar(select(func.sum(Expenditure.amount))) == (
            RENT.amount if what == "book" else Decimal(0)
        )
