"""Many people draw, receive, cancel and allocate at the same moment: the sums hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kimhub.core.attempt import declared_error
from kimhub.drawdowns.errors import DrawdownExceededError, MoreReceivedError, NothingToCancelError
from kimhub.drawdowns.public import (
    CancelDrawdown,
    RecordReceipt,
    call_money,
    cancel_drawdown,
    drawn,
    record_receipt,
)
from tenants import Role, transaction
from tests.factories.drawdowns import amended, call_of, called, granted
from tests.support.committed import committed_district

SESSIONS = 20


@pytest.fixture
def city(committing):
    """The Stadt's coordinator in a database of its own, in an app context of its own."""
    stadt = committed_district(committing).stadt.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        yield stadt


def together(app, count, work):
    """Run `work(number)` in as many threads at once; return what each returned or was refused with."""
    begin = Barrier(count)

    def one(number):
        with app.app_context():
            begin.wait()
            try:
                return work(number)
            except IntegrityError as violation:
                return declared_error(violation)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_twenty_who_draw_at_once_never_draw_more_than_is_granted(committing, city):
    grant = granted(city, "100000")

    def draw(number):
        with transaction(city):
            return call_money(city, call_of(grant, "9000.00", reference=f"Abruf {number}")).id

    answers = together(committing.app, SESSIONS, draw)
    refused = [answer for answer in answers if isinstance(answer, DrawdownExceededError)]
    assert len(refused) == SESSIONS - 11
    assert all(refusal.extra["left"] == "1000.00" for refusal in refused)
    with transaction(city, read_only=True) as session:
        (one,) = drawn(session, city.tenant_id)
    assert one.called == Decimal("99000.00")


def test_a_call_comes_in_once_or_is_cancelled_but_not_both(committing, city):
    call = called(city, granted(city), "100")

    def work(number):
        with transaction(city):
            if number % 2:
                return cancel_drawdown(city, CancelDrawdown(drawdown_id=call, reason="Irrtum")).id
            command = RecordReceipt(drawdown_id=call, received_on=date(2021, 7, 9), amount=Decimal("100.00"))
            return record_receipt(city, command).id

    def safe(number):
        try:
            return work(number)
        except NothingToCancelError as refusal:
            return refusal

    answers = together(committing.app, 8, safe)
    refused = [a for a in answers if isinstance(a, MoreReceivedError | NothingToCancelError)]
    assert len(refused) == len(answers) - 1
    with transaction(city, read_only=True) as session:
        (one,) = drawn(session, city.tenant_id)
    assert (one.called, one.received) in {(Decimal(100), Decimal(100)), (Decimal(0), Decimal(0))}


def test_a_bescheid_that_lowers_the_grant_and_calls_wait_for_each_other(committing, city):
    """After both, no call stands that was entered when the lower grant was in force and exceeded it."""
    grant = granted(city, "100000")

    def work(number):
        if number == 0:
            amended(city, grant, "50000")
            return "lowered"
        with transaction(city):
            return call_money(city, call_of(grant, "20000.00")).id

    answers = together(committing.app, 8, work)
    assert answers[0] == "lowered"
    entered = [a for a in answers[1:] if not isinstance(a, DrawdownExceededError)]
    assert 2 <= len(entered) <= 5
    with transaction(city, read_only=True) as session:
        (one,) = drawn(session, city.tenant_id)
        funded = session.execute(text("SELECT sum(funded) FROM fund_cell")).scalar_one()
    assert one.called == Decimal(20000) * len(entered)
    assert funded == Decimal(50000)
