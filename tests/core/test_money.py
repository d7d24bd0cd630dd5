"""Money: commercial rounding, columns that add up, and amounts as people type them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.core.money import CENT, AmountError, distribute, from_json, parse_euro, round_half_up, to_json

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
exact_values = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1200)
columns = st.lists(exact_values, max_size=12)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.00499", "0.00"),
        ("-0.005", "-0.01"),
        ("83349.045", "83349.05"),
        ("2.675", "2.68"),
    ],
)
def test_half_a_cent_is_rounded_away_from_zero(value, rounded):
    assert round_half_up(Decimal(value)) == Decimal(rounded)


def test_any_unit_can_be_rounded_to():
    assert round_half_up(Fraction(119, 100), Decimal("0.5")) == Decimal("1.0")
    assert round_half_up(Fraction(2253, 100), Decimal("0.1")) == Decimal("22.5")


def test_the_koeln_column_of_2021_gives_the_last_cent_to_the_earlier_of_two_equal_remainders():
    months = Fraction(8, 12)
    column = [
        84100 * months,
        Fraction(3, 2) * 84800 * months,
        Fraction(1, 2) * 62100 * months,
        78100 * months,
    ]
    assert distribute(column) == [
        Decimal("56066.67"), Decimal("84800.00"), Decimal("20700.00"), Decimal("52066.66"),
    ]  # fmt: skip


def test_the_largest_remainder_gets_the_missing_cent_not_the_first_line():
    assert distribute([Decimal("0.001"), Decimal("0.008")]) == [Decimal("0.00"), Decimal("0.01")]


def test_a_column_of_fractions_can_round_to_less_than_its_own_roundings():
    thirds = [Fraction(1, 3)] * 3
    assert distribute(thirds) == [Decimal("0.34"), Decimal("0.33"), Decimal("0.33")]
    assert distribute([Decimal("0.006")] * 3) == [Decimal("0.01"), Decimal("0.01"), Decimal("0.00")]


def test_a_reversal_is_the_exact_negative():
    parts = [Fraction(1, 3), Fraction(2, 3), Decimal("0.005")]
    assert distribute([-part for part in parts]) == [-amount for amount in distribute(parts)]


def test_shares_of_positions_are_rounded_to_half_positions_that_keep_the_sum():
    """Kreis Unna's 8 positions gave 0.85, 1.19 and 0.38 here; 2.42 rounds to 2.5 in halves."""
    shares = [Decimal("0.85"), Decimal("1.19"), Decimal("0.38")]
    assert distribute(shares, unit=Decimal("0.5")) == [Decimal("1.0"), Decimal("1.0"), Decimal("0.5")]


def test_a_prescribed_total_may_be_the_sum_rounded_up_or_down_and_nothing_else():
    parts = [Decimal("0.002"), Decimal("0.002")]
    assert distribute(parts, total=Decimal("0.01")) == [Decimal("0.01"), Decimal("0.00")]
    assert distribute(parts, total=Decimal("0.00")) == [Decimal("0.00"), Decimal("0.00")]
    with pytest.raises(ValueError, match="not the sum"):
        distribute(parts, total=Decimal("0.02"))


def test_an_empty_column_has_no_lines():
    assert distribute([]) == []


@given(columns)
def test_lines_always_add_up_to_the_sum_rounded_once(parts):
    assert sum(distribute(parts)) == round_half_up(sum(parts, Fraction(0)))


@given(columns)
def test_no_line_is_a_cent_or_more_away_from_its_exact_value(parts):
    for exact, amount in zip(parts, distribute(parts), strict=True):
        assert abs(Fraction(amount) - exact) < Fraction(CENT)


@given(st.lists(amounts, max_size=12))
def test_lines_that_need_no_rounding_never_change(parts):
    assert distribute(parts) == parts


@given(columns)
def test_negating_a_column_negates_every_line(parts):
    assert distribute([-part for part in parts]) == [-amount for amount in distribute(parts)]


@given(columns)
def test_a_cent_goes_to_a_larger_remainder_first(parts):
    rounded = distribute(parts)
    cents = [(Fraction(amount) - exact, exact) for exact, amount in zip(parts, rounded, strict=True)]
    if sum(parts, Fraction(0)) >= 0:
        raised = [1 - gain * 100 for gain, _ in cents if gain > 0]
        lowered = [-gain * 100 for gain, _ in cents if gain < 0]
        assert not raised or not lowered or min(raised) >= max(lowered)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1234,5", "1234.50"),
        ("1234", "1234.00"),
        ("1.234", "1234.00"),
        ("1.686.708,05 €", "1686708.05"),
        ("1 234,56", "1234.56"),
        ("1\N{NO-BREAK SPACE}234,56\N{NO-BREAK SPACE}€", "1234.56"),
        ("1234.56", "1234.56"),
        ("0,05", "0.05"),
        ("84.100", "84100.00"),
        (" 12 EUR ", "12.00"),
        ("007", "7.00"),
    ],
)
def test_amounts_are_read_as_people_type_them(typed, amount):
    parsed = parse_euro(typed)
    assert parsed == Decimal(amount)
    assert to_json(parsed) == amount


@pytest.mark.parametrize(
    "typed", ["1,234", "1,234.56", "1.5", "1234.5", "1.23.456", "12.34,56", "0.123", "1 23"]
)
def test_an_amount_with_two_readings_is_refused_with_the_way_to_write_it(typed):
    with pytest.raises(AmountError, match=r"ist nicht eindeutig.*1\.234,56"):
        parse_euro(typed)


@pytest.mark.parametrize("typed", ["1.234,567", "1234,567", "0,1234"])
def test_more_than_two_decimals_are_refused(typed):
    with pytest.raises(AmountError, match="mehr als zwei Nachkommastellen"):
        parse_euro(typed)


@pytest.mark.parametrize("typed", ["abc", "1e5", "NaN", "Infinity", "12 €€", "١٢", "12,-", "--1", "1\x00"])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(AmountError, match="ist kein Betrag"):
        parse_euro(typed)


def test_a_refused_amount_is_repeated_only_in_a_form_that_can_be_shown():
    with pytest.raises(AmountError) as refused:
        parse_euro("\ud800\x1b[31m" + "9" * 10_000)
    assert str(refused.value).encode().startswith("„??[31m999".encode())
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("typed", ["", "   ", "\N{NO-BREAK SPACE}"])
def test_an_empty_amount_is_asked_for(typed):
    with pytest.raises(AmountError, match="Geben Sie einen Betrag ein"):
        parse_euro(typed)


def test_a_negative_amount_needs_leave():
    assert parse_euro("-1.234,56", negative=True) == Decimal("-1234.56")
    assert parse_euro("− 5", negative=True) == Decimal(-5)
    assert str(parse_euro("-0", negative=True)) == "0.00"
    with pytest.raises(AmountError, match="darf nicht negativ sein"):
        parse_euro("-5")


def test_an_amount_beyond_what_the_database_holds_is_refused():
    assert parse_euro("999.999.999.999,99") == Decimal("999999999999.99")
    with pytest.raises(AmountError, match="kleiner als eine Billion"):
        parse_euro("1.000.000.000.000")


@given(amounts)
def test_json_keeps_every_amount(amount):
    assert from_json(to_json(amount)) == amount


def test_json_shows_two_decimals_and_no_negative_zero():
    assert to_json(Decimal(843100)) == "843100.00"
    assert to_json(Decimal("-0.00")) == "0.00"


def test_json_never_rounds():
    with pytest.raises(ValueError, match="fractions of a cent"):
        to_json(Decimal("0.001"))


@pytest.mark.parametrize("text", ["1", "1.5", "01.50", "1,50", "1.500", "1e3", "", "NaN", "+1.00", "1.00\n"])
def test_json_of_any_other_form_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        from_json(text)
