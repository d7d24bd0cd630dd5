"""The rule of whole steps: its properties for any parties, and the cases that show why it is as it is."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kimhub.core import money
from kimhub.programme.distribution.apportionment import apportion

weights_of_parties = st.lists(st.integers(0, 10_000).map(Fraction), min_size=1, max_size=20).filter(any)


@st.composite
def possible(draw, *, everyone=None, least=None):
    """Arguments that can be met: (weights, units, least, everyone)."""
    weights = draw(weights_of_parties)
    smallest = draw(st.integers(1, 5)) if least is None else least
    all_get = draw(st.booleans()) if everyone is None else everyone
    needed = smallest * len(weights) if all_get else smallest
    units = draw(st.integers(needed, needed + 200))
    return weights, units, smallest, all_get


def quotas(weights, units):
    return [weight * units / sum(weights) for weight in weights]


@given(possible())
def test_the_sum_is_kept_whenever_it_is_possible(case):
    weights, units, least, everyone = case
    assert sum(apportion(weights, units, least=least, everyone=everyone)) == units


@given(possible())
def test_nobody_gets_less_than_the_least_share_unless_nothing(case):
    weights, units, least, everyone = case
    allowed = (lambda share: share >= least) if everyone else (lambda share: share == 0 or share >= least)
    assert all(map(allowed, apportion(weights, units, least=least, everyone=everyone)))


@given(possible())
def test_who_weighs_more_never_gets_less(case):
    weights, units, least, everyone = case
    shares = apportion(weights, units, least=least, everyone=everyone)
    by_weight = sorted(zip(weights, shares, strict=True))
    for (lighter, less), (heavier, more) in pairwise(by_weight):
        assert more >= less or lighter == heavier


@given(possible())
def test_of_equal_parties_the_earlier_never_gets_less(case):
    weights, units, least, everyone = case
    shares = apportion(weights, units, least=least, everyone=everyone)
    for at, weight in enumerate(weights):
        for later in range(at + 1, len(weights)):
            assert weights[later] != weight or shares[at] >= shares[later]


@given(possible(least=1), st.data())
def test_a_heavier_weight_never_costs_a_party_a_step(case, data):
    weights, units, least, everyone = case
    at = data.draw(st.integers(0, len(weights) - 1))
    heavier = list(weights)
    heavier[at] += data.draw(st.integers(1, 5000))
    before = apportion(weights, units, least=least, everyone=everyone)
    after = apportion(heavier, units, least=least, everyone=everyone)
    assert after[at] >= before[at]


@given(possible(everyone=True), st.data())
def test_a_heavier_weight_never_costs_a_party_a_step_where_all_get_the_least(case, data):
    weights, units, least, everyone = case
    at = data.draw(st.integers(0, len(weights) - 1))
    heavier = list(weights)
    heavier[at] += data.draw(st.integers(1, 5000))
    before = apportion(weights, units, least=least, everyone=everyone)
    after = apportion(heavier, units, least=least, everyone=everyone)
    assert after[at] >= before[at]


@given(possible(), st.randoms(use_true_random=False))
def test_the_order_of_the_parties_matters_only_between_equal_remainders(case, random):
    weights, units, least, everyone = case
    assume(len(set(weights)) == len(weights))
    order = list(range(len(weights)))
    random.shuffle(order)
    shares = apportion(weights, units, least=least, everyone=everyone)
    shuffled = apportion([weights[at] for at in order], units, least=least, everyone=everyone)
    if [shares[at] for at in order] != shuffled:
        differing = [at for at, share in zip(order, shuffled, strict=True) if shares[at] != share]
        assert remainders_coincide(weights, units, least, everyone=everyone, among=differing)


def remainders_coincide(weights, units, least, *, everyone, among):
    """Two of the parties that changed places stood at the same remainder in one of the rounds."""
    from kimhub.programme.distribution import apportionment

    rounds = [apportionment._quotas(weights, units, least if everyone else 0)]
    first = apportionment._round(rounds[0], units, least)
    chosen = [at for at, share in enumerate(first) if share]
    again = apportionment._quotas([weights[at] for at in chosen], units, least)
    rounds.append([dict(zip(chosen, again, strict=True)).get(at, Fraction(0)) for at in range(len(weights))])
    for quotas_of_round in rounds:
        found = [
            quota / least if quota < least else quota - floor(quota)
            for at, quota in enumerate(quotas_of_round)
            if at in among
        ]
        if len(set(found)) < len(found):
            return True
    return False


@given(possible(everyone=False, least=1))
def test_with_a_least_share_of_one_step_everyone_gets_the_share_just_below_or_above_the_quota(case):
    weights, units, least, everyone = case
    for quota, share in zip(
        quotas(weights, units), apportion(weights, units, least=least, everyone=everyone), strict=True
    ):
        assert share in (floor(quota), ceil(quota))


@given(possible(everyone=False, least=1))
def test_with_a_least_share_of_one_step_it_is_the_rule_that_rounds_columns_to_cents(case):
    weights, units, _, _ = case
    by_cents = money.distribute(quotas(weights, units), unit=money.Decimal(1))
    assert apportion(weights, units) == [int(share) for share in by_cents]


@given(possible())
def test_whole_quotas_at_or_above_the_least_share_never_change(case):
    weights, units, least, everyone = case
    exact = quotas(weights, units)
    assume(all(quota.denominator == 1 and (quota >= least) for quota in exact))
    assert apportion(weights, units, least=least, everyone=everyone) == exact


@given(possible())
def test_who_weighs_nothing_gets_nothing_unless_everyone_does(case):
    weights, units, least, everyone = case
    shares = apportion([*weights, Fraction(0)], units + least * everyone, least=least, everyone=everyone)
    assert shares[-1] == (least if everyone else 0)


def test_a_share_below_the_least_is_paid_by_all_the_others_in_proportion():
    """20 steps: exactly 12, 6 and 2; the third gets 4, the others 16 as 2 : 1 and not 2 less each."""
    assert apportion([Fraction(6), Fraction(3), Fraction(1)], 20, least=4, everyone=True) == [11, 5, 4]


def test_lifting_one_can_push_the_next_below_who_is_then_lifted_too():
    """10 steps: exactly 7.2, 2.1, 0.7. After the third has 2, the second would have 1.8 and is lifted as well."""
    weights = [Fraction(72), Fraction(21), Fraction(7)]
    assert apportion(weights, 10, least=2, everyone=True) == [6, 2, 2]


def test_what_is_too_little_for_another_least_share_goes_to_those_who_have_one():
    """10 steps, least 3: exactly 8, 1 and 1. The 2 beyond 8 are no share for anybody but the first."""
    assert apportion([Fraction(8), Fraction(1), Fraction(1)], 10, least=3) == [10, 0, 0]


def test_a_remainder_is_measured_by_the_way_to_the_next_fundable_share():
    """The second has half of a least share of 3, less than the first has of its next step, though more in steps."""
    quotas_times_ten = [Fraction(56), Fraction(15), Fraction(39), Fraction(39), Fraction(41)]
    assert apportion(quotas_times_ten, 19, least=3) == [6, 0, 4, 4, 5]


def test_what_is_left_is_shared_by_the_key_and_not_given_to_the_first():
    """9 steps, least 2: exactly 2, 6, 0.5, 0.5. Of the two who stay, the second has 6.75 and the first 2.25."""
    assert apportion([Fraction(4), Fraction(12), Fraction(1), Fraction(1)], 9, least=2) == [2, 7, 0, 0]


def test_nothing_to_distribute_is_nothing_for_everyone():
    assert apportion([Fraction(1), Fraction(2)], 0) == [0, 0]
    assert apportion([], 0) == []


@pytest.mark.parametrize(
    ("weights", "units", "least", "everyone", "reason"),
    [
        ([1, 1], 3, 2, True, "not enough"),
        ([0, 0], 3, 1, False, "nobody has a weight"),
        ([], 3, 1, False, "nobody has a weight"),
        ([1, 1], 1, 2, False, "less than the least"),
        ([1, -1], 3, 1, False, "not negative"),
        ([1], -1, 1, False, "not negative"),
        ([1], 1, 0, False, "at least one step"),
    ],
)
def test_what_cannot_add_up_is_refused(weights, units, least, everyone, reason):
    with pytest.raises(ValueError, match=reason):
        apportion([Fraction(weight) for weight in weights], units, least=least, everyone=everyone)
