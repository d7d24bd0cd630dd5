"""Fields for everything from outside: bounded, strict, typed German accepted, messages German."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from kimhub.core import document_fields as fields
from kimhub.core import formats


class Colour(StrEnum):
    RED = "rot"


class Sample(fields.Schema):
    text = fields.Text(max_length=10, multiline=True)
    line = fields.Text(max_length=10)
    name = fields.Identifier()
    amount = fields.Amount()
    number = fields.Number(minimum=-1, maximum=10, places=1)
    count = fields.WholeNumber(minimum=0, maximum=9)
    yes = fields.YesNo()
    day = fields.Day()
    colour = fields.Choice(Colour)
    items = fields.Items(fields.Text(max_length=3), max_items=2)
    needed = fields.Text(max_length=5, load_default="x")


def load(**document):
    return Sample().load(document)


def refused(**document):
    with pytest.raises(ValidationError) as error:
        Sample().load(document)
    return error.value.messages


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("text", " a\r\nb ", "a\nb"),
        ("line", "  x  ", "x"),
        ("name", "case_1", "case_1"),
        ("amount", "1.234,5", Decimal("1234.50")),
        ("amount", 5, Decimal("5.00")),
        ("amount", Decimal("5.1"), Decimal("5.10")),
        ("number", "2,5", Decimal("2.5")),
        ("number", "−1", Decimal("-1.0")),
        ("count", "7", 7),
        ("yes", False, False),
        ("day", "1.5.2021", date(2021, 5, 1)),
        ("day", "2021-05-01", date(2021, 5, 1)),
        ("day", date(2021, 5, 1), date(2021, 5, 1)),
        ("colour", "rot", Colour.RED),
        ("items", ["a", "b"], ["a", "b"]),
    ],
)
def test_what_is_meant_is_read(name, raw, value):
    assert load(**{name: raw})[name] == value


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("line", "a\nb"), ("line", "\x00"), ("line", "\x1b[1m"), ("line", "\ud800"), ("line", ""), ("line", " "),
        ("line", "x" * 11), ("line", None), ("line", 1), ("text", "a\x0bb"), ("name", "1a"), ("name", "ä"),
        ("amount", 1.5), ("amount", True), ("amount", "-1"), ("amount", "1.5"), ("amount", 10**9),
        ("amount", Decimal("Infinity")), ("amount", Decimal("1E+99")), ("amount", []), ("number", "1e1"),
        ("number", "2.55"), ("number", 11), ("number", "NaN"), ("count", "1.0"), ("count", True), ("count", 10),
        ("yes", "true"), ("yes", 1), ("day", "2021-02-30"), ("day", "20210501"), ("day", 20210501),
        ("day", "2200-01-01"), ("colour", "blau"), ("colour", ["rot"]), ("items", "ab"), ("items", ["a"] * 3),
        ("items", [None]), ("unbekannt", 1),
    ],
)  # fmt: skip
def test_what_is_not_meant_is_refused_at_its_field(name, raw):
    assert list(refused(**{name: raw})) == [name]


@given(
    st.sampled_from(sorted(Sample().fields)),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
)
def test_no_value_breaks_a_field(name, raw):
    try:
        load(**{name: raw})
    except ValidationError as error:
        assert all("Not a valid" not in message for message in error.messages[name])  # noqa: PT017


@given(st.text())
def test_text_that_is_accepted_can_be_stored(raw):
    try:
        text = load(line=raw)["line"]
    except ValidationError:
        return
    assert "\x00" not in text
    assert text.encode()


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_an_amount_as_people_read_it_can_be_typed_back(amount):
    assert load(amount=formats.euro(amount))["amount"] == amount
