"""Figures and days as German offices write them; the figures are compared with CLDR by way of Babel."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from itertools import cycle

import pytest
from babel.numbers import format_decimal

from kimhub.core import formats

NUMBER = 20_000
PATTERNS = {
    formats.plain_euro: "#,##0.00",
    formats.number: "#,##0",
    formats.share: "#,##0.0#",
    lambda value: formats.number(value, places=1): "#,##0.0",
    lambda value: formats.number(value, places=3): "#,##0.000",
}


def figures():
    """Figures of every size and sign, with zero to five decimals, halves and zeros among them."""
    pick = random.Random(2027)
    for _ in range(NUMBER // 2):
        yield Decimal(pick.randint(-(10 ** pick.randint(1, 14)), 10 ** pick.randint(1, 14))).scaleb(
            -pick.randint(0, 5)
        )
    for _ in range(NUMBER // 2):  # halves: 0.5, 1.5, 2.005 …
        yield Decimal(pick.randint(-(10**6), 10**6) * 10 + 5).scaleb(-pick.randint(1, 4))


def by_cldr(value, pattern):
    """What Babel writes, with the minus sign of DIN 5008, which is missing before what is rounded to zero."""
    text = format_decimal(value, format=pattern, locale="de_DE")
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", formats.MINUS)


def test_figures_are_those_of_cldr():
    """Each value in one notation, in turn."""
    values = list(figures())
    assert len(values) == NUMBER
    random.Random(5).shuffle(values)
    wrong = [
        (value, pattern, write(value), expected)
        for value, (write, pattern) in zip(values, cycle(PATTERNS.items()))
        if write(value) != (expected := by_cldr(value, pattern))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.euro(Decimal("1686708.05")), "1.686.708,05 €"),
        (formats.euro(Decimal(-87197)), "−87.197,00 €"),
        (formats.euro(Decimal("-0.004")), "0,00 €"),
        (formats.euro(Decimal("12345678901234567890123456789.01")), "12.345.678.901.234.567.890.123.456.789,01 €"),
        (formats.number(17947221), "17.947.221"),
        (formats.number(2**70), "1.180.591.620.717.411.303.424"),
        (formats.full_time_equivalents(Decimal("2.50")), "2,5 VZÄ"),
        (formats.full_time_equivalents(Decimal(2)), "2,0 VZÄ"),
        (formats.full_time_equivalents(Decimal("0.75")), "0,75 VZÄ"),
        (formats.percent(Decimal("22.46")), "22,5 %"),
        (formats.day(date(2021, 5, 1)), "01.05.2021"),
        (formats.day(datetime(2021, 4, 30, 22, 30, tzinfo=UTC)), "01.05.2021"),
        (formats.moment(datetime(2021, 1, 1, 13, 32, tzinfo=UTC)), "01.01.2021, 14:32 Uhr"),
        (formats.period(date(2021, 5, 1), date(2022, 12, 31)), "01.05.2021 bis 31.12.2022"),
        (formats.day(date(999, 1, 1)), "01.01.0999"),
    ],
)  # fmt: skip
def test_the_notation_of_official_texts(written, expected):
    assert written.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_the_notation_does_not_depend_on_the_precision_of_the_moment():
    with localcontext(prec=3):
        assert formats.plain_euro(Decimal("1686708.05")) == "1.686.708,05"
