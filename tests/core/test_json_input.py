"""No text that claims to be JSON breaks the reader or keeps it busy."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kimhub.core.json_input import (
    DEEPEST,
    LARGEST_NUMBER,
    MOST_ERRORS,
    MOST_MEMBERS,
    MOST_VALUES,
    MalformedJsonError,
    TooManyValuesError,
    named,
    read_json,
)
from tests.support.examples import examples

NUMBERS = st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.floats(
    -LARGEST_NUMBER, LARGEST_NUMBER, allow_nan=False
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@settings(max_examples=examples(40))
@given(VALUES)
def test_what_is_meant_seriously_is_read_as_it_is(value):
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text())
def test_anything_else_is_refused_and_never_a_fault(content):
    with suppress(MalformedJsonError, TooManyValuesError):
        read_json(content)


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[1,]", "{'a': 1}", "nul", "NaN", "-Infinity", "1e400", '"\\ud800"', b"\xff", "﻿{}",
        "[" * 100_000, '{"a":' * 5_000, "9" * 5_000, "-" + "9" * 30, "1e17", str(LARGEST_NUMBER + 2),
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
    ],
)  # fmt: skip
def test_malformed_too_deep_and_too_large_numbers_are_no_json(content):
    with pytest.raises(MalformedJsonError):
        read_json(content)


def test_the_place_of_the_fault_is_named():
    with pytest.raises(MalformedJsonError, match="Zeile 2, Zeichen 3"):
        read_json("{\n  a: 1}")


@pytest.mark.parametrize(
    "document",
    [
        {f"k{number}": 1 for number in range(MOST_MEMBERS + 1)},
        [1] * MOST_VALUES,
        [{f"k{number}": 1 for number in range(100)}] * (MOST_VALUES // 100),
    ],
    ids=["one object", "one list", "many objects"],
)
def test_more_than_anybody_means_is_refused_before_it_is_checked(document):
    with pytest.raises(TooManyValuesError):
        read_json(json.dumps(document))


def test_a_refusal_names_so_many_fields_and_counts_the_rest():
    few = {f"field{number}": ["Unbekannt."] for number in range(MOST_ERRORS)}
    assert named(few) == few
    many = few | {"more": ["Unbekannt."], "most": ["Unbekannt."]}
    assert named(many) == few | {"": ["Weitere 2 Felder sind ebenfalls fehlerhaft."]}
