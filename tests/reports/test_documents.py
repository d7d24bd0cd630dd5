"""The JSON of a document: canonical, read back without loss, described by its schema."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.reports.documents import DocumentError, Money, from_json, json_schema, to_json
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument


@dataclass(frozen=True)
class Voucher:
    """A small document."""

    amount: Money
    share: Decimal
    label: str
    count: int | None = None


def test_a_document_comes_back_equal_from_its_json(koeln):
    assert from_json(FinanzierungsuebersichtDocument, to_json(koeln)) == koeln


def test_json_read_and_written_again_is_the_same_to_the_byte(koeln):
    content = to_json(koeln)
    assert to_json(from_json(FinanzierungsuebersichtDocument, content)) == content


def test_json_follows_the_schema_of_its_type(koeln):
    validator = jsonschema_rs.Draft202012Validator(json_schema(FinanzierungsuebersichtDocument))
    content = json.loads(to_json(koeln))
    validator.validate(content)
    content["total_cost"]["total"] = "1686708.5"
    assert not validator.is_valid(content)
    assert not validator.is_valid(content | {"unknown": 1})


def test_umlauts_stand_in_the_json_as_they_are(koeln):
    assert "Stadt Köln".encode() in to_json(koeln)


def test_amounts_are_strings_with_two_decimals(koeln):
    content = json.loads(to_json(koeln))
    assert content["total_cost"] == {
        "by_year": ["518400.00", "1084959.00", "83349.05"],
        "total": "1686708.05",
    }
    assert content["eigenanteil_percent_total"] == "22.5"


@given(
    st.integers(-(10**13), 10**13),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(),
    st.none() | st.integers(),
)
def test_every_document_survives_writing_and_reading(cents, share, label, count):
    voucher = Voucher(Decimal(cents).scaleb(-2), share, label, count)
    try:
        content = to_json(voucher)
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert from_json(Voucher, content) == voucher


@given(st.sampled_from(["2.5", "2.50", "2.500", "25E-1"]))
def test_equal_values_are_written_alike(text):
    assert to_json(Voucher(Decimal(1), Decimal(text), "")) == to_json(
        Voucher(Decimal("1.00"), Decimal("2.5"), "")
    )


def test_an_amount_with_a_third_decimal_is_refused_with_its_place(koeln):
    broken = replace(koeln, total_cost=replace(koeln.total_cost, total=Decimal("1.005")))
    with pytest.raises(DocumentError, match="mehr als 2 Nachkommastellen") as refusal:
        to_json(broken)
    assert refusal.value.path == "total_cost.total"


def test_a_moment_without_a_time_zone_is_refused(koeln):
    broken = replace(koeln, cover=replace(koeln.cover, as_of=datetime(2021, 9, 13)))  # noqa: DTZ001 - the fault
    with pytest.raises(DocumentError, match="Zeitzone"):
        to_json(broken)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"no json", "(Dokument)"),
        (b'{"amount": "1.00", "share": "1"}', "label"),
        (b'{"amount": 1.0, "share": "1", "label": ""}', "amount"),
        (b'{"amount": "1.0", "share": "1", "label": ""}', "amount"),
        (b'{"amount": "1.00", "share": "NaN", "label": ""}', "share"),
        (b'{"amount": "1.00", "share": "1", "label": "", "count": true}', "count"),
        (b'{"amount": "1.00", "share": "1", "label": "", "more": 1}', "more"),
    ],
)
def test_json_that_does_not_fit_is_refused_with_its_place(content, path):
    with pytest.raises(DocumentError) as refusal:
        from_json(Voucher, content)
    assert refusal.value.path == path
