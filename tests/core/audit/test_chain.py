"""The chain alone, without a database: what each kind of tampering looks like to whoever computes it again."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kimhub.core.audit.chain import Break, BrokenLink, Event, first_break, link


def chain(length):
    events, previous = [], b""
    for seq in range(1, length + 1):
        event = Event(
            seq, 1_600_000_000_000_000 + seq, "note", f"row-{seq}", "INSERT", None, "Sachbearbeitung", "r", None,
            '{"text": "Grüße"}', previous, b"",
        )  # fmt: skip
        previous = link(previous, event.body())
        events.append(replace(event, hash=previous))
    return events


def found_in(events, seals=None):
    return [item for item in first_break(events, seals or {}) if isinstance(item, BrokenLink)]


def test_an_untouched_chain_holds():
    events = chain(5)
    assert list(first_break(events, {3: {events[2].hash}})) == events


def test_the_first_hash_covers_the_first_event_alone():
    first = chain(1)[0]
    assert first.hash == hashlib.sha256(first.body().encode()).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"at_microseconds": 1}, {"table_name": "x"}, {"row_id": "x"}, {"operation": "DELETE"}, {"actor_label": "x"},
        {"actor_id": "x"}, {"request_id": "x"}, {"old": "{}"}, {"new": None}, {"hash": b"x" * 32},
    ],
)  # fmt: skip
def test_every_field_is_under_the_hash(change):
    events = chain(5)
    events[2] = replace(events[2], **change)
    assert found_in(events) == [BrokenLink(3, Break.CHANGED)]


def test_a_removed_event_is_missing():
    events = chain(5)
    assert found_in(events[:2] + events[3:]) == [BrokenLink(3, Break.MISSING)]
    assert found_in(events[1:]) == [BrokenLink(1, Break.MISSING)]


def test_a_removed_event_whose_place_is_closed_up_does_not_follow():
    events = chain(5)
    closed = events[:2] + [replace(event, seq=event.seq - 1) for event in events[3:]]
    assert found_in(closed) == [BrokenLink(3, Break.REORDERED)]


def test_exchanged_events_do_not_follow():
    events = chain(5)
    events[2], events[3] = replace(events[3], seq=3), replace(events[2], seq=4)
    assert found_in(events) == [BrokenLink(3, Break.REORDERED)]


def test_a_chain_computed_anew_fits_itself_but_not_its_seal():
    sealed = chain(5)
    forged, previous = [], b""
    for event in sealed:
        new = replace(event, actor_label="jemand anders", previous_hash=previous)
        previous = link(previous, new.body())
        forged.append(replace(new, hash=previous))
    assert found_in(forged) == []
    assert found_in(forged, {4: {sealed[3].hash}}) == [BrokenLink(4, Break.REWRITTEN)]


def test_every_break_has_its_sentence():
    assert len({BrokenLink(1, kind).sentence for kind in Break}) == len(Break)
