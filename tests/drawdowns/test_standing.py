"""Where a grant stands: plan, bookings, calls and receipts come together in what may be drawn now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine

from kimhub.drawdowns.payments import plan_payments, planned_cost
from kimhub.drawdowns.public import ExpectPayment, ReverseReceipt, expect_payment, reverse_receipt, standings
from kimhub.planning.public import create_plan
from kimhub.programme.public import Baustein, Limit, Period, plan_from_toml
from kimhub.spending.public import ReverseExpenditure, reverse_expenditure
from tenants import transaction
from tests.factories.drawdowns import B1, YEAR, amended, booked, called, granted, received, repaid

KOELN = plan_from_toml((Path(__file__).parents[2] / "examples" / "koeln.toml").read_bytes())
B2 = Baustein.CASE_MANAGEMENT
GRANTED_FOR = Period(date(2021, 5, 1), date(2022, 12, 31))


def on(actor, day):
    with transaction(actor, read_only=True) as session:
        return standings(session, actor.tenant_id, day)


def only(actor, day):
    (one,) = on(actor, day)
    return one


@pytest.fixture
def with_plan(stadt):
    with transaction(stadt):
        return create_plan(stadt, KOELN).id


def test_the_plan_of_koeln_costs_in_both_bausteine_what_its_column_says():
    """2021: 518.400,00 in all (fachlichkeit.md §3)."""
    one, two = (planned_cost(KOELN, 2021, baustein) for baustein in (B1, B2))
    assert one + two == Decimal("518400.00")
    assert two == Decimal("278733.33")


def test_two_months_of_the_plan_fall_due_within_a_call():
    days = {"after": date(2021, 7, 15), "until": date(2021, 9, 15), "granted_for": GRANTED_FOR}
    found = plan_payments(KOELN, 2021, B2, **days)
    assert [(p.due_on, p.amount, p.text) for p in found] == [
        (date(2021, 7, 31), Decimal("34841.67"), "Laut Plan für Juli 2021"),
        (date(2021, 8, 31), Decimal("34841.67"), "Laut Plan für August 2021"),
    ]


@pytest.mark.parametrize(
    ("after", "until", "months"),
    [
        (date(2021, 7, 31), date(2021, 9, 30), [8, 9]),
        (date(2021, 4, 1), date(2021, 6, 1), [5]),
        (date(2021, 12, 15), date(2022, 2, 15), [12]),
        (date(2022, 1, 1), date(2022, 3, 1), []),
    ],
)
def test_only_months_of_the_year_and_of_the_grant_count(after, until, months):
    found = plan_payments(KOELN, 2021, B1, after=after, until=until, granted_for=GRANTED_FOR)
    assert [payment.due_on.month for payment in found] == months


def test_the_months_of_a_year_add_up_to_its_cost():
    year = {"after": date(2021, 12, 31), "until": date(2022, 12, 31), "granted_for": GRANTED_FOR}
    found = plan_payments(KOELN, 2022, B1, **year)
    assert sum(p.amount for p in found) == planned_cost(KOELN, 2022, B1)


def test_what_the_plan_and_people_expect_may_be_drawn(stadt, with_plan):
    grant = granted(stadt, "200000", plan_id=with_plan)
    with time_machine.travel("2021-07-15T10:00:00Z", tick=False), transaction(stadt):
        for day, text in ((date(2021, 8, 1), "Fachtag"), (date(2021, 9, 16), "später")):
            command = ExpectPayment(
                grant_id=grant, year=YEAR, baustein=B1, due_on=day, amount=Decimal("1000.00"), text=text
            )
            expect_payment(stadt, command)
    one = only(stadt, date(2021, 7, 15))
    assert [payment.text for payment in one.payments] == [
        "Laut Plan für Juli 2021", "Fachtag", "Laut Plan für August 2021",
    ]  # fmt: skip
    assert one.funds.cost == Decimal("239666.67")
    assert one.result.limit is Limit.NEED
    assert one.result.amount == Decimal("50834.49")  # (29.958,33 × 2 + 1.000) × 200.000 / 239.666,67


def test_bookings_calls_and_receipts_come_together(stadt):
    grant = granted(stadt, "100000")
    booked(stadt, "30000", date(2021, 6, 30))
    reversed_one = booked(stadt, "7", date(2021, 6, 30), "R-2")
    with transaction(stadt):
        reverse_expenditure(stadt, ReverseExpenditure(reversed_one, "doppelt", date(2021, 7, 2)))
    one = only(stadt, date(2021, 7, 1))
    assert (one.funds.spent, one.result.amount) == (Decimal("30007.00"), Decimal("30007.00"))
    call = called(stadt, grant, "50000")
    one = only(stadt, date(2021, 7, 3))
    assert (one.funds.spent, one.result.limit, one.received) == (Decimal("30000.00"), Limit.NO_NEED, 0)
    received(stadt, call, "50000")
    one = only(stadt, date(2021, 7, 13))
    assert (one.received, one.held) == (Decimal("50000.00"), Decimal("20000.00"))
    (receipt,) = one.receipts
    assert (receipt.deadline, receipt.unused, receipt.interest) == (date(2021, 9, 13), Decimal("20000.00"), 0)
    assert receipt.threatens == Decimal("144.48")  # 64 days at 4,12 %; 12.09. is a Sunday


def test_late_use_costs_from_the_receipt_on_and_a_repayment_ends_it(stadt):
    grant = granted(stadt, "100000")
    received(stadt, called(stadt, grant, "50000"), "50000")
    assert only(stadt, date(2021, 9, 13)).interest == 0
    assert only(stadt, date(2021, 9, 14)).interest == Decimal("361.21")
    repaid(stadt, grant, "50000", on=date(2021, 9, 20))
    one = only(stadt, date(2022, 6, 1))
    assert (one.held, one.interest, one.funds.drawn) == (0, Decimal("395.07"), 0)


def test_a_reversed_receipt_bears_no_interest(stadt):
    wrong = received(stadt, called(stadt, granted(stadt), "100"), "100")
    with transaction(stadt):
        reverse_receipt(stadt, ReverseReceipt(receipt_id=wrong, reason="Irrtum"))
    assert only(stadt, date(2022, 6, 1)).receipts == ()


def test_after_an_amendment_below_what_is_drawn_the_rest_is_to_be_paid_back(stadt):
    grant = granted(stadt, "100000")
    called(stadt, grant, "90000")
    amended(stadt, grant, "60000")
    one = only(stadt, date(2021, 9, 1))
    assert (one.result.limit, one.result.repay) == (Limit.OVERDRAWN, Decimal("30000.00"))


def test_more_money_waits_for_its_bescheid_to_be_final(stadt):
    grant = granted(stadt, "100000")
    amended(stadt, grant, "150000", final_on=date(2021, 10, 4))
    booked(stadt, "150000", date(2021, 8, 1))
    one = only(stadt, date(2021, 10, 3))
    assert one.result.amount == Decimal("100000.00")
    assert "50.000,00\N{NO-BREAK SPACE}€ daraus können Sie erst ab 04.10.2021 abrufen." in one.notice
    one = only(stadt, date(2021, 10, 4))
    assert (one.result.amount, one.notice) == (Decimal("150000.00"), "")


def test_what_is_not_final_says_so(stadt):
    granted(stadt, "100000", final_on=None)
    booked(stadt, "10", date(2021, 5, 3))
    one = only(stadt, date(2021, 9, 1))
    assert (one.result.limit, one.result.amount) == (Limit.NOT_FINAL, 0)


def test_ones_own_grants_only(stadt, kreis):
    granted(stadt)
    assert on(kreis, date(2021, 9, 1)) == []
