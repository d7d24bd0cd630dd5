"""What waits for somebody, as the database names it: the columns that every source of Heute selects.

A source is one SELECT over `matter_columns`, narrowed to the tenant `ME`; kimhub.desk asks all sources of a person in
one statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, Integer, Numeric, Text, Uuid, bindparam, cast, func, null
from sqlalchemy.types import TypeEngine

from kimhub.core.formats import LOCAL_TIME

ME = bindparam("me", type_=Integer())
"""The tenant that asks."""
WHO = bindparam("who", type_=Uuid())
"""The person who asks; null for a machine."""
TODAY = bindparam("today", type_=Date())
"""The day on which it is asked."""
READERS = bindparam("readers", type_=ARRAY(Text))
"""The roles of the person who asks, and its own id: whom something can be for."""


class Turn(IntEnum):
    """Whose turn it is."""

    OWN = 0
    OTHER = 1
    """The other side has to act; one can only wait or remind it."""
    OVER = 2
    """It could only have been done in a time that is over."""
    LATER = 3
    """It is put to a day that has not come yet."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A row of a source. What `number`, `figure` and `day` mean is the source's own affair."""

    source: str
    kind: str
    subject_id: UUID | None
    title: str
    whom: str | None
    number: int | None
    figure: Decimal | None
    day: date | None
    since: date | None
    due: date | None
    turn: int


def matter_columns(
    *,
    kind: Any,
    title: Any,
    turn: Any,
    subject: Any = None,
    whom: Any = None,
    number: Any = None,
    figure: Any = None,
    day: Any = None,
    since: Any = None,
    due: Any = None,
) -> list[ColumnElement[Any]]:
    """Return the columns of a source in the order and the types of `Matter`, each a column or a constant.

    `turn` is a `Turn`. `due` may be coarse where the exact day is reckoned when it is shown: it only decides which
    rows are left out where there are too many.
    """
    typed: dict[str, tuple[Any, TypeEngine[Any]]] = {
        "kind": (kind, Text()), "subject_id": (subject, Uuid()), "title": (title, Text()), "whom": (whom, Text()),
        "number": (number, Integer()), "figure": (figure, Numeric()), "day": (day, Date()),
        "since": (since, Date()), "due": (due, Date()), "turn": (turn, Integer()),
    }  # fmt: skip
    return [
        cast(null() if given is None else given, column_type).label(name)
        for name, (given, column_type) in typed.items()
    ]


def local_day(moment: Any) -> ColumnElement[date]:
    """Return the day of a point in time as people here count days."""
    return cast(func.timezone(LOCAL_TIME.key, moment), Date())
