"""Calls, receipts, cancellations and repayments: never beyond the grant, never changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kimhub.core.attempt import attempt, declared_error
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.drawdowns.errors import (
    DrawdownExceededError,
    MoreReceivedError,
    MoreRepaidError,
    NoCallError,
    NotFinalError,
    NothingToCancelError,
    ReceivedEarlyError,
)
from kimhub.drawdowns.public import (
    ExpectPayment,
    RecordReceipt,
    ReverseReceipt,
    call_money,
    drawn,
    expect_payment,
    record_receipt,
    reverse_receipt,
)
from kimhub.drawdowns.queries import drawdown_file
from kimhub.drawdowns.terms import CallState
from kimhub.drawdowns.usecases.expect_payment import drop_payment
from kimhub.funding.public import GrantKind
from kimhub.programme.public import Baustein
from tenants import transaction
from tests.factories.drawdowns import B1, YEAR, amended, call_of, called, cancelled, granted, received, repaid


def refused(error, actor, use_case, command):
    """Return the refusal of a use case as the pages and the API meet it."""
    with transaction(actor) as session, pytest.raises(error) as raised, attempt(session):
        use_case(actor, command)
    return raised.value


def sums(actor):
    with transaction(actor, read_only=True) as session:
        return [
            (str(one.called), str(one.received), str(one.repaid)) for one in drawn(session, actor.tenant_id)
        ]


def state(actor, drawdown_id):
    with transaction(actor, read_only=True) as session:
        return drawdown_file(session, drawdown_id).state


def test_a_call_counts_and_comes_in(stadt):
    call = called(stadt, granted(stadt), "130000")
    assert sums(stadt) == [("130000.00", "0.00", "0.00")]
    assert state(stadt, call) is CallState.ENTERED
    received(stadt, call, "100000")
    assert state(stadt, call) is CallState.PARTLY
    received(stadt, call, "30000")
    assert state(stadt, call) is CallState.RECEIVED
    assert sums(stadt) == [("130000.00", "130000.00", "0.00")]


def test_a_call_beyond_the_grant_is_refused_with_what_is_left(stadt):
    grant = granted(stadt)
    called(stadt, grant, "400000")
    refusal = refused(DrawdownExceededError, stadt, call_money, call_of(grant, "63500.01"))
    assert "Abrufen können Sie noch 63.500,00\N{NO-BREAK SPACE}€." in refusal.detail
    assert refusal.extra["left"] == "63500.00"
    called(stadt, grant, "63500.00")
    assert sums(stadt)[0][0] == "463500.00"


@pytest.mark.parametrize("year", [2020, 2022])
def test_the_grant_of_one_year_is_not_drawn_in_another(stadt, year):
    refused(DrawdownExceededError, stadt, call_money, call_of(granted(stadt), "1", year=year))


@pytest.mark.parametrize("final_on", [None, date(2021, 7, 2)])
def test_before_the_bescheid_is_final_nothing_is_called(stadt, final_on):
    refused(NotFinalError, stadt, call_money, call_of(granted(stadt, final_on=final_on), "1"))


def test_a_rechtsbehelfsverzicht_makes_it_final_earlier(stadt):
    grant = granted(stadt, final_on=date(2021, 8, 1), waived_on=date(2021, 7, 1))
    called(stadt, grant, "1")


def test_a_pauschale_is_not_called(stadt):
    grant = granted(stadt, kind=GrantKind.PAUSCHALE)
    refused(NoCallError, stadt, call_money, call_of(grant, "1", baustein=Baustein.CASE_MANAGEMENT))


def test_more_money_counts_once_its_bescheid_is_final(stadt):
    grant = granted(stadt, "100000")
    called(stadt, grant, "100000")
    amended(stadt, grant, "150000", final_on=date(2021, 10, 4))
    later = {"requested_on": date(2021, 10, 3), "due_until": date(2021, 11, 30)}
    refused(DrawdownExceededError, stadt, call_money, call_of(grant, "1", **later))
    called(stadt, grant, "50000", **{**later, "requested_on": date(2021, 10, 4)})


def test_a_bescheid_that_lowers_the_grant_below_what_is_drawn_is_recorded(stadt):
    grant = granted(stadt, "100000")
    received(stadt, called(stadt, grant, "90000"), "90000")
    amended(stadt, grant, "60000")
    refused(DrawdownExceededError, stadt, call_money, call_of(grant, "1"))
    repaid(stadt, grant, "30000")
    assert sums(stadt) == [("60000.00", "60000.00", "30000.00")]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal(-5)}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"amount": Decimal(1000000000)}, "amount"),
        ({"requested_on": date(2099, 1, 1), "due_until": date(2099, 1, 2)}, "requested_on"),
        ({"due_until": date(2021, 9, 2)}, "due_until"),
        ({"due_until": date(2021, 6, 30)}, "due_until"),
        ({"year": 1999}, "year"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_changes_nothing(stadt, more, field):
    refusal = refused(InvalidInputError, stadt, call_money, call_of(granted(stadt), "1", **more))
    assert set(refusal.fields) == {field}
    assert sums(stadt) == []


def test_a_call_covers_payments_due_within_two_months(stadt):
    called(stadt, granted(stadt), "1", due_until=date(2021, 9, 1))


def test_only_who_may_write_calls_and_only_ones_own_grants(stadt, auditor, kreis):
    grant = granted(stadt)
    refused(ForbiddenError, auditor, call_money, call_of(grant, "1"))
    refused(NotFoundError, kreis, call_money, call_of(grant, "1"))
    refused(NotFoundError, stadt, call_money, call_of(uuid4(), "1"))


def test_what_has_not_come_in_of_a_call_is_cancelled_by_a_counter_entry(stadt):
    grant = granted(stadt, "100000")
    call = called(stadt, grant, "100000")
    received(stadt, call, "70000")
    counter = cancelled(stadt, call)
    assert sums(stadt) == [("70000.00", "70000.00", "0.00")]
    assert (state(stadt, call), state(stadt, counter)) == (CallState.RECEIVED, CallState.COUNTER)
    called(stadt, grant, "30000")


def test_a_call_is_cancelled_once_and_a_cancellation_never(stadt):
    call = called(stadt, granted(stadt), "100")
    counter = cancelled(stadt, call)
    assert state(stadt, call) is CallState.CANCELLED
    for again in (call, counter):
        with pytest.raises((NothingToCancelError, IntegrityError)):
            cancelled(stadt, again)
    assert sums(stadt) == [("0.00", "0.00", "0.00")]


def test_what_has_come_in_is_not_cancelled(stadt):
    call = called(stadt, granted(stadt), "100")
    received(stadt, call, "100")
    with pytest.raises(NothingToCancelError):
        cancelled(stadt, call)


def test_no_more_comes_in_than_was_called(stadt):
    call = called(stadt, granted(stadt), "100")
    received(stadt, call, "60")
    command = RecordReceipt(drawdown_id=call, received_on=date(2021, 7, 20), amount=Decimal("40.01"))
    assert "40,00" in refused(MoreReceivedError, stadt, record_receipt, command).detail
    cancelled(stadt, call)
    command = RecordReceipt(drawdown_id=call, received_on=date(2021, 7, 20), amount=Decimal("0.01"))
    refused(MoreReceivedError, stadt, record_receipt, command)


def test_nothing_comes_in_before_it_was_called(stadt):
    call = called(stadt, granted(stadt), "100")
    command = RecordReceipt(drawdown_id=call, received_on=date(2021, 6, 30), amount=Decimal(1))
    refused(ReceivedEarlyError, stadt, record_receipt, command)


def test_a_wrong_receipt_is_reversed_on_its_day_and_entered_anew(stadt):
    call = called(stadt, granted(stadt), "100")
    wrong = received(stadt, call, "100")
    with transaction(stadt):
        reverse_receipt(stadt, ReverseReceipt(receipt_id=wrong, reason="Zahlendreher"))
    assert state(stadt, call) is CallState.ENTERED
    received(stadt, call, "10")
    with pytest.raises(IntegrityError), transaction(stadt):
        reverse_receipt(stadt, ReverseReceipt(receipt_id=wrong, reason="noch einmal"))


def test_no_more_is_paid_back_than_came_in(stadt):
    grant = granted(stadt)
    call = called(stadt, grant, "100")
    receipt = received(stadt, call, "60")
    repaid(stadt, grant, "50")
    with pytest.raises(IntegrityError) as raised:
        repaid(stadt, grant, "10.01")
    assert isinstance(declared_error(raised.value), MoreRepaidError)
    command = ReverseReceipt(receipt_id=receipt, reason="Irrtum")
    refused(MoreRepaidError, stadt, reverse_receipt, command)


def test_a_wrong_repayment_is_cancelled(stadt):
    grant = granted(stadt)
    received(stadt, called(stadt, grant, "100"), "100")
    back = repaid(stadt, grant, "40")
    assert sums(stadt) == [("60.00", "60.00", "40.00")]
    cancelled(stadt, back)
    assert sums(stadt) == [("100.00", "100.00", "0.00")]
    assert state(stadt, back) is CallState.CANCELLED


@pytest.mark.parametrize("statement", ["UPDATE {} SET amount = 1", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["drawdown", "drawdown_receipt"])
def test_nothing_is_ever_changed(stadt, table, statement):
    received(stadt, called(stadt, granted(stadt), "100"), "100")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(stadt) as session:
        session.execute(text(statement.format(table)))


def test_another_tenant_sees_and_draws_nothing(stadt, kreis):
    grant = granted(stadt)
    call = called(stadt, grant, "100")
    with transaction(kreis, read_only=True) as session, pytest.raises(NotFoundError):
        drawdown_file(session, call)
    assert sums(kreis) == []
    with pytest.raises(IntegrityError, match="drawdown"), transaction(kreis) as session:
        session.execute(
            text(
                "INSERT INTO drawdown (tenant_id, id, fund_id, year, baustein, kind, requested_on, due_until, amount,"
                " actor_label) VALUES (:me, gen_random_uuid(), :fund, 2021, 1, 'call', '2021-07-01', '2021-07-02', 1,"
                " '')"
            ),
            {"me": kreis.tenant_id, "fund": grant},
        )


def test_an_expected_payment_is_entered_for_a_day_to_come_and_dropped(stadt):
    grant = granted(stadt)
    command = ExpectPayment(
        grant_id=grant, year=YEAR, baustein=B1, due_on=date(2098, 1, 1), amount=Decimal(5), text="Miete"
    )
    with transaction(stadt):
        payment = expect_payment(stadt, command)
    with transaction(stadt):
        drop_payment(stadt, payment.id)
    with transaction(stadt), pytest.raises(NotFoundError):
        drop_payment(stadt, payment.id)
