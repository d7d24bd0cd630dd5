"""Keyset paging: every row once, in order, in both directions; marks of other lists are refused."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.core.web.paging import (
    CursorError,
    Page,
    PageRequest,
    decode_cursor,
    encode_cursor,
    make_page,
)
from kimhub.core.web.view import Count


def fetch(rows: list[int], asked: PageRequest) -> list[int]:
    """What a query does: rows after the key in order, or rows before it in reversed order."""
    if asked.before is not None:
        return [row for row in reversed(rows) if (row,) < asked.before][: asked.fetch]
    return [row for row in rows if asked.after is None or (row,) > asked.after][: asked.fetch]


def page_of(rows: list[int], address: str, limit: int) -> Page[int]:
    args = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    asked = PageRequest.from_args(args, (int,), limit)
    return make_page(fetch(rows, asked), asked, key=lambda row: (row,), path="/liste", args=args)


@given(st.sets(st.integers(0, 10**6), max_size=40), st.integers(1, 7))
def test_going_forward_meets_every_row_once_and_going_back_the_same_pages(
    found: set[int], limit: int
) -> None:
    rows = sorted(found)
    page, seen, pages = page_of(rows, "/liste", limit), [], []
    while True:
        seen += page.rows
        pages.append(list(page.rows))
        if page.next_url is None:
            break
        page = page_of(rows, page.next_url, limit)
    assert seen == rows
    for expected in reversed(pages[:-1]):
        assert page.previous_url is not None
        page = page_of(rows, page.previous_url, limit)
        assert list(page.rows) == expected
    assert page.previous_url is None


def test_filters_and_order_stay_in_the_address() -> None:
    asked = PageRequest(limit=1)
    args = {"stand": "offen", "sortierung": "-betrag", "vor": "alt", "q": ""}
    page = make_page([1, 2], asked, key=lambda row: (row,), path="/liste", args=args)
    assert page.next_url is not None
    assert parse_qs(urlsplit(page.next_url).query).keys() == {"stand", "sortierung", "nach"}


def test_a_cursor_keeps_every_kind_of_key() -> None:
    key = (
        datetime(2026, 11, 2, 13, 32, 5, 123456, tzinfo=UTC),
        date(2026, 1, 1),
        Decimal("1234.50"),
        "Köln, Straße",
        17,
        UUID("8f14e45f-ceea-467f-9bd3-0b7c1f2d9a11"),
    )
    assert decode_cursor(encode_cursor(key), (datetime, date, Decimal, str, int, UUID)) == key


@pytest.mark.parametrize(
    "word", ["x", "!!!", "bnVsbA", encode_cursor((1,)), encode_cursor(("a", "b")), "A" * 5000]
)
def test_a_mark_of_another_list_is_refused(word: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(word, (datetime, UUID))


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        (2**63, int),
        (True, int),
        (1, bool),
        ("7", int),
        ("a\0b", str),
        ("\ud800", str),
        (7, str),
        ("NaN", Decimal),
        ("2026-11-02T13:32:05", datetime),
        (7, UUID),
        ("2026-13-01", date),
    ],
)
def test_what_the_database_cannot_compare_is_no_mark(part: object, kind: type) -> None:
    word = base64.urlsafe_b64encode(json.dumps([part]).encode()).decode().rstrip("=")
    with pytest.raises(CursorError):
        decode_cursor(word, (kind,))


@given(st.text(max_size=60))
def test_any_word_is_either_a_mark_or_refused(word: str) -> None:
    with suppress(CursorError):
        number, text = decode_cursor(word, (int, str))
        assert (type(number), type(text)) == (int, str)


@pytest.mark.parametrize("args", [{"nach": "alt"}, {"vor": "WzFd"}, {"nach": encode_cursor((1, 2))}])
def test_a_page_mark_of_old_begins_at_the_beginning(args: dict[str, str]) -> None:
    asked = PageRequest.forgiving(args, (str,), limit=7)
    assert (asked.is_first, asked.limit) == (True, 7)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (Count(0), "0 Einträge"),
        (Count(1, one="Antrag", many="Anträge"), "1 Antrag"),
        (Count(12840, one="Antrag", many="Anträge"), "12.840 Anträge"),
        (Count(1000, capped=True), "mehr als 1.000 Einträge"),
    ],
)
def test_a_count_is_written_for_people(count: Count, words: str) -> None:
    assert str(count) == words
