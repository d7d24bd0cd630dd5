"""A tenant's chain of audit events, link by link, computed in Python.

Each event's hash is SHA-256 over the hash before it and the event's own text, a JSON array as PostgreSQL prints
``jsonb``. The text is put together here a second time on purpose: whoever can change rows can also change the
function that wrote them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Break(StrEnum):
    """How a chain is broken at its first broken link."""

    CHANGED = "changed"
    """The event says something else than when it was written."""
    MISSING = "missing"
    """An event that once was there is gone."""
    REORDERED = "reordered"
    """The event does not follow the one before it: another stood between or in its place."""
    REWRITTEN = "rewritten"
    """The chain fits, but not the seal: it was computed anew after it had been sealed."""
    UNKNOWN = "unknown"
    """There is an event beyond the end that the database knows."""


_SENTENCES = {
    Break.CHANGED: "Der Eintrag wurde nachträglich geändert.",
    Break.MISSING: "Der Eintrag fehlt.",
    Break.REORDERED: "Der Eintrag schließt nicht an den vorigen an: Einer wurde entfernt, ersetzt oder vertauscht.",
    Break.REWRITTEN: "Der Eintrag weicht vom Siegel ab: Die Kette wurde nach der Versiegelung neu berechnet.",
    Break.UNKNOWN: "Der Eintrag steht hinter dem Ende der Kette: Er wurde von Hand angefügt.",
}


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first link that does not hold."""

    seq: int
    kind: Break

    @property
    def sentence(self) -> str:
        """Return what is wrong, as people read it."""
        return _SENTENCES[self.kind]


@dataclass(frozen=True, slots=True)
class Event:
    """An audit event with all that its hash covers; `old` and `new` are the texts of the stored JSON."""

    seq: int
    at_microseconds: int
    table_name: str
    row_id: str
    operation: str
    actor_id: str | None
    actor_label: str
    request_id: str
    old: str | None
    new: str | None
    previous_hash: bytes
    hash: bytes

    def body(self) -> str:
        """Return the text under the hash: the same, to the byte, as ``app.audit_body`` gives."""
        texts = (
            self.table_name,
            self.row_id,
            self.operation,
            self.actor_id,
            self.actor_label,
            self.request_id,
        )
        parts = [str(self.seq), str(self.at_microseconds)]
        parts += [json.dumps(text, ensure_ascii=False) for text in texts]
        parts += [text if text is not None else "null" for text in (self.old, self.new)]
        return f"[{', '.join(parts)}]"


def link(previous: bytes, body: str) -> bytes:
    """Return the hash of what follows `previous`."""
    return hashlib.sha256(previous + body.encode()).digest()


def first_break(events: Iterable[Event], seals: Mapping[int, set[bytes]]) -> Iterator[BrokenLink | Event]:
    """Yield each event that holds, and stop after the first broken link, which is yielded instead.

    `events` come by their number; `seals` maps numbers to the hashes under which the head and the roots know them.
    """
    expected, previous = 1, b""
    for event in events:
        if event.seq != expected:
            yield BrokenLink(expected, Break.MISSING)
            return
        if event.previous_hash != previous:
            yield BrokenLink(event.seq, Break.REORDERED)
            return
        if link(previous, event.body()) != event.hash:
            yield BrokenLink(event.seq, Break.CHANGED)
            return
        if seals.get(event.seq, set()) - {event.hash}:
            yield BrokenLink(event.seq, Break.REWRITTEN)
            return
        yield event
        expected, previous = expected + 1, event.hash
