"""Interest on money not used in time: what came first is used first, and every day has its rate."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.core import money
from kimhub.programme.day_counts import DayCount
from kimhub.programme.drawdown_files import load_drawdown_rules
from kimhub.programme.drawdown_rules import InterestFrom
from kimhub.programme.late_use import Movement, funded_part, interest_risk, net

RULES = load_drawdown_rules()
RECEIVED = date(2021, 3, 1)
LAST_DAY = date(2021, 5, 3)
"""Two months end on 01.05.2021, a holiday and a Saturday: on Monday it is still in time (§ 31 Abs. 3 VwVfG NRW)."""
TODAY = date(2021, 12, 31)

amounts = st.decimals("0.01", 100_000, places=2)
movements = st.lists(st.builds(Movement, st.dates(date(2020, 1, 1), date(2022, 6, 30)), amounts), max_size=8)


def euro(text: str) -> Decimal:
    return Decimal(text)


def one(receipt: str, *uses: tuple[date, str], today: date = TODAY, rules=RULES):
    movements = [Movement(day, euro(amount)) for day, amount in uses]
    (found,) = interest_risk([Movement(RECEIVED, euro(receipt))], movements, rules, today)
    return found


def test_what_is_used_on_the_last_day_bears_no_interest():
    found = one("100000", (LAST_DAY, "100000"))
    assert found.deadline == LAST_DAY
    assert (found.unused, found.interest) == (0, 0)
    assert not found.portions[0].is_late


def test_one_day_late_bears_interest_from_the_receipt():
    """64 days at 5 − 0,88 = 4,12 %: 100.000 × 4,12 % × 64/365."""
    found = one("100000", (date(2021, 5, 4), "100000"))
    (portion,) = found.portions
    assert (portion.days, portion.segments[0].percent) == (64, euro("4.12"))
    assert found.interest == portion.interest == euro("722.41")
    assert found.verified


def test_the_rules_may_let_interest_begin_at_the_deadline():
    rules = replace(RULES, interest_from=replace(RULES.interest_from, value=InterestFrom.DEADLINE))
    found = one("100000", (date(2021, 5, 4), "100000"), rules=rules)
    assert (found.portions[0].days, found.interest) == (1, euro("11.29"))


def test_the_rules_may_count_months_of_thirty_days():
    rules = replace(RULES, day_count=replace(RULES.day_count, value=DayCount.THIRTY_360))
    found = one("100000", (date(2021, 5, 4), "100000"), rules=rules)
    assert (found.portions[0].days, found.interest) == (63, euro("721.00"))


def test_only_the_late_part_bears_interest():
    found = one("100000", (date(2021, 4, 1), "60000"), (date(2021, 8, 28), "40000"))
    assert [(p.amount, p.is_late) for p in found.portions] == [(60000, False), (40000, True)]
    assert found.interest == money.round_half_up(40000 * Fraction("0.0412") * 180 / 365)


def test_what_is_not_used_yet_says_until_when_and_what_it_would_cost():
    found = one("100000", (date(2021, 3, 20), "30000"), today=date(2021, 4, 1))
    assert (found.unused, found.interest) == (70000, 0)
    assert found.threatens == money.round_half_up(70000 * Fraction("0.0412") * 64 / 365)


def test_what_is_unused_after_the_deadline_costs_more_every_day():
    costs = [one("100000", today=LAST_DAY + timedelta(days=days)).interest for days in range(4)]
    assert costs[0] == 0
    assert costs[1:] == [euro("722.41"), euro("733.70"), euro("744.99")]


def test_a_payment_before_the_money_came_uses_it_at_once():
    found = one("1000", (date(2021, 1, 15), "1000"))
    assert (found.portions[0].used_on, found.interest) == (RECEIVED, 0)


def test_what_came_first_is_used_first():
    receipts = [Movement(date(2021, 3, 1), euro("100")), Movement(date(2021, 2, 1), euro("100"))]
    uses = [Movement(date(2021, 4, 20), euro("150"))]
    first, second = interest_risk(receipts, uses, RULES, date(2021, 4, 25))
    assert (first.received_on, first.unused, first.portions[0].is_late) == (date(2021, 2, 1), 0, True)
    assert (second.received_on, second.unused) == (date(2021, 3, 1), 50)


def test_every_half_year_has_its_own_rate():
    receipt = Movement(date(2022, 11, 30), euro("100000"))
    use = Movement(date(2023, 7, 31), euro("100000"))
    (found,) = interest_risk([receipt], [use], RULES, date(2023, 12, 31))
    segments = found.portions[0].segments
    assert [(s.days, s.percent) for s in segments] == [
        (31, euro("4.12")),
        (170, euro("6.62")),
        (11, euro("6.62")),
        (31, euro("8.12")),
    ]
    exact = Fraction(100000, 36500) * Fraction("4.12") * 31
    exact += Fraction(100000, 36500) * (Fraction("6.62") * 181 + Fraction("8.12") * 31)
    assert found.interest == money.round_half_up(exact)
    assert not found.verified


def test_without_a_rate_on_record_no_interest_is_calculated():
    end = RULES.base_rates.known_until
    receipt = Movement(end - timedelta(days=10), euro("100000"))
    (found,) = interest_risk([receipt], [], RULES, end + timedelta(days=200))
    assert (found.interest, found.portions[0].interest) == (None, None)
    assert found.no_rate_from == end + timedelta(days=1)
    (pending,) = interest_risk([receipt], [], RULES, end)
    assert (pending.interest, pending.threatens) == (0, None)


def test_the_granted_parts_of_payments_add_up_to_the_share_of_their_sum():
    uses = [Movement(RECEIVED, euro("0.01"))] * 9
    assert sum(part.amount for part in funded_part(uses, Fraction(1, 3))) == euro("0.03")


@pytest.mark.parametrize(
    ("booked", "kept"),
    [
        ([(1, "100"), (5, "-100")], []),
        ([(1, "100"), (3, "50"), (5, "-60")], [(1, "90")]),
        ([(1, "-30"), (5, "100")], [(5, "70")]),
        ([(1, "100"), (2, "-100"), (3, "-10"), (4, "10"), (5, "8")], [(5, "8")]),
        ([(1, "0")], []),
    ],
)
def test_a_reversal_undoes_what_was_booked_last(booked, kept):
    def on(day, amount):
        return Movement(date(2021, 1, day), euro(amount))

    assert net(on(*each) for each in booked) == [on(*each) for each in kept]


@given(movements, movements, st.dates(date(2020, 1, 1), date(2022, 12, 31)))
def test_no_cent_is_lost_or_used_twice(receipts, uses, today):
    found = interest_risk(receipts, uses, RULES, today)
    came = sum((m.amount for m in receipts if m.day <= today), euro("0"))
    used = sum((m.amount for m in uses if m.day <= today), euro("0"))
    assert sum((r.amount for r in found), euro("0")) == came
    assert sum((r.unused for r in found), euro("0")) == max(came - used, euro("0"))
    for receipt in found:
        assert sum(p.amount for p in receipt.portions) == receipt.amount
        assert sum(p.interest for p in receipt.portions) == receipt.interest >= 0
        for portion in receipt.portions:
            assert portion.is_late == ((portion.used_on or today) > receipt.deadline)
            assert portion.days == sum(segment.days for segment in portion.segments)


@given(movements, movements, movements)
def test_using_more_never_costs_more(receipts, uses, more):
    def cost(all_uses):
        return sum((r.interest for r in interest_risk(receipts, all_uses, RULES, TODAY)), euro("0"))

    tolerance = euro("0.01") * len(receipts)  # each receipt is rounded by itself
    assert cost([*uses, *more]) <= cost(uses) + tolerance


@given(st.lists(st.builds(Movement, st.dates(date(2020, 1, 1), TODAY), amounts | amounts.map(lambda a: -a))))
def test_netting_keeps_the_sum_as_long_as_it_is_positive(booked):
    total = sum((m.amount for m in booked), euro("0"))
    kept = net(booked)
    assert all(m.amount > 0 for m in kept)
    assert [m.day for m in kept] == sorted(m.day for m in kept)
    if kept and total >= 0:
        assert sum(m.amount for m in kept) >= total


@given(movements, st.fractions(0, 1))
def test_every_granted_part_is_right_to_a_cent(uses, share):
    parts = funded_part(uses, share)
    for use, part in zip(uses, parts, strict=True):
        assert abs(Fraction(part.amount) - Fraction(use.amount) * share) <= Fraction(1, 100)
