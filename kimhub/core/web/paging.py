"""Lists in a total order, page by page: keyset paging, sorting and counting as addresses people can share.

Keyset, not OFFSET: the page after row (u, i) is one index scan however far one has come (ADR 19), and rows that
arrive meanwhile neither repeat nor skip others. The cursor holds the sort key of the row at the edge, nothing secret;
what it may select is decided by the query and the row policies, never by the cursor.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from kimhub.core.errors import KimhubError
from kimhub.core.json_input import read_json

T = TypeVar("T")

PAGE_SIZE = 50
AFTER, BEFORE, SORT = "nach", "vor", "sortierung"


class CursorError(KimhubError):
    """The address holds a page mark that this list did not make."""

    status = 400
    code = "bad-page-mark"
    title = "Diese Seite der Liste gibt es nicht"

    def __init__(self) -> None:
        super().__init__("Die Adresse ist unvollständig oder veraltet. Öffnen Sie die Liste bitte neu.")


def encode_cursor(key: Sequence[object]) -> str:
    """Write the sort key of a row as an opaque word for the address."""
    parts = [part if isinstance(part, int) else _text(part) for part in key]
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(word: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """Read a cursor back into values of the given types; raise CursorError for anything else."""
    try:
        parts = read_json(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise CursorError
        return tuple(_READERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (KimhubError, binascii.Error, ValueError, TypeError, AttributeError, ArithmeticError) as problem:
        raise CursorError from problem


@dataclass(frozen=True)
class PageRequest:
    """Which page is asked for: after or before a key, at most one of them; `limit` rows."""

    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    limit: int = PAGE_SIZE

    @classmethod
    def from_args(cls, args: Mapping[str, str], kinds: Sequence[type], limit: int = PAGE_SIZE) -> PageRequest:
        """Read ``?nach=…`` or ``?vor=…``; `kinds` are the types of the sort key. Raises CursorError."""
        if word := args.get(AFTER):
            return cls(after=decode_cursor(word, kinds), limit=limit)
        if word := args.get(BEFORE):
            return cls(before=decode_cursor(word, kinds), limit=limit)
        return cls(limit=limit)

    @classmethod
    def forgiving(cls, args: Mapping[str, str], kinds: Sequence[type], limit: int = PAGE_SIZE) -> PageRequest:
        """Read the mark of a page; one of old, or of another order, begins at the beginning: people keep links."""
        try:
            return cls.from_args(args, kinds, limit)
        except CursorError:
            return cls(limit=limit)

    @property
    def is_first(self) -> bool:
        """Whether the list is read from its beginning."""
        return self.after is None and self.before is None

    @property
    def fetch(self) -> int:
        """How many rows the query has to fetch: one more than shown, to know whether there are others."""
        return self.limit + 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of one page in the list's order and the addresses of the pages beside it."""

    rows: Sequence[T]
    previous_url: str | None
    next_url: str | None


def make_page(
    rows: Sequence[T],
    request: PageRequest,
    *,
    key: Callable[[T], Sequence[object]],
    path: str,
    args: Mapping[str, str],
) -> Page[T]:
    """Cut what the query fetched to a page.

    `rows` are the (at most ``request.fetch``) rows nearest to the edge: in list order for the first page and for
    `after`, in reversed order for `before`. The other arguments of the address (filters, sorting) are kept.
    """
    kept = {name: value for name, value in args.items() if name not in (AFTER, BEFORE) and value}
    shown = list(rows[: request.limit])
    more = len(rows) > request.limit
    if request.before is not None:
        shown.reverse()
        has_previous, has_next = more, True
    else:
        has_previous, has_next = request.after is not None, more

    def address(name: str, row: T) -> str:
        return f"{path}?{urlencode({**kept, name: encode_cursor(key(row))})}"

    return Page(
        rows=shown,
        previous_url=address(BEFORE, shown[0]) if has_previous and shown else None,
        next_url=address(AFTER, shown[-1]) if has_next and shown else None,
    )


def _integer(part: Any) -> int:
    if type(part) is not int or not -(2**63) <= part < 2**63:
        raise ValueError("not a bigint")
    return part


def _words(part: Any) -> str:
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text that PostgreSQL can hold")
    part.encode()
    return part


def _flag(part: Any) -> bool:
    if not isinstance(part, bool):
        raise TypeError("neither true nor false")
    return part


def _decimal(part: Any) -> Decimal:
    value = Decimal(part)
    if not value.is_finite():
        raise ValueError("not a figure")
    return value


def _moment(part: Any) -> datetime:
    value = datetime.fromisoformat(part)
    if value.tzinfo is None:
        raise ValueError("not a point in time")
    return value


_READERS: Mapping[type, Callable[[Any], Any]] = {
    bool: _flag,
    int: _integer,
    str: _words,
    UUID: UUID,
    Decimal: _decimal,
    date: date.fromisoformat,
    datetime: _moment,
}
"""How each kind of key is read: only what the database can compare, so a forged mark never becomes a 500."""


def _text(part: object) -> str:
    if isinstance(part, (date, datetime)):
        return part.isoformat()
    if isinstance(part, (str, UUID, Decimal)):
        return str(part)
    raise TypeError(f"A page mark cannot hold {type(part).__name__}")
