"""The list of bookings: what it can be narrowed to, its pages, its sum, and all of it for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, Text, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import number
from kimhub.core.keyset import KeysetList
from kimhub.core.web.paging import PageRequest
from kimhub.programme.public import Baustein, Teilplanzeile
from kimhub.spending.models import Expenditure
from tenants import Actor

EXPENDITURE_KEY = (date, UUID)
"""The types of a booking's place in the list."""
MOST_EXPORTED = 100_000
"""Rows of one download; a year of the largest city has fewer."""
_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to; None and the empty word mean everything."""

    year: int | None = None
    baustein: Baustein | None = None
    teilplanzeile: Teilplanzeile | None = None
    words: str = ""
    """Part of receipt number, text, recipient or position reference, in capitals or not."""

    @property
    def is_set(self) -> bool:
        """Tell whether anything is left out."""
        return self != ListFilter()

    def choices(self) -> tuple[bool, bool, bool, bool]:
        """Return which conditions the statement needs."""
        return (
            self.year is not None, self.baustein is not None, self.teilplanzeile is not None, bool(self.words),
        )  # fmt: skip

    def arguments(self, actor: Actor) -> dict[str, object]:
        """Return the values of the statement."""
        return {
            "tenant": actor.tenant_id,
            "year": self.year,
            "baustein": self.baustein and int(self.baustein),
            "teilplanzeile": self.teilplanzeile and self.teilplanzeile.value,
            "words": self.words,
        }


_reversal = aliased(Expenditure)
_IS_REVERSED = (
    select(_reversal.id)
    .where(_reversal.tenant_id == Expenditure.tenant_id, _reversal.reverses_id == Expenditure.id)
    .exists()
)


def _conditions(
    *, year: bool, baustein: bool, teilplanzeile: bool, words: bool
) -> Iterator[ColumnElement[bool]]:
    yield Expenditure.tenant_id == bindparam("tenant")
    if year:
        yield Expenditure.year == bindparam("year", type_=Integer())
    if baustein:
        yield Expenditure.baustein == bindparam("baustein", type_=Integer())
    if teilplanzeile:
        yield Expenditure.teilplanzeile == bindparam("teilplanzeile", type_=Text())
    if words:
        sought = bindparam("words", type_=Text())
        places = (
            Expenditure.receipt_number, Expenditure.text, Expenditure.recipient, Expenditure.position_reference,
        )  # fmt: skip
        yield or_(*(place.icontains(sought, autoescape=False) for place in places))


@lru_cache
def _listed(*, year: bool, baustein: bool, teilplanzeile: bool, words: bool) -> KeysetList:
    conditions = _conditions(year=year, baustein=baustein, teilplanzeile=teilplanzeile, words=words)
    return KeysetList(_ROWS.where(*conditions), Expenditure.booked_on, Expenditure.id)


_ROWS: Select[*tuple[Any, ...]] = select(
    Expenditure.id,
    Expenditure.receipt_number,
    Expenditure.booked_on,
    Expenditure.year,
    Expenditure.amount,
    Expenditure.teilplanzeile,
    Expenditure.baustein,
    Expenditure.purpose,
    Expenditure.position_reference,
    Expenditure.period_from,
    Expenditure.period_to,
    Expenditure.text,
    Expenditure.recipient,
    Expenditure.reverses_id,
    Expenditure.reason,
    Expenditure.created_at,
    Expenditure.actor_label,
    _IS_REVERSED.label("is_reversed"),
)


def list_expenditures(
    session: Session, actor: Actor, asked: PageRequest, narrowed: ListFilter
) -> Sequence[RowMapping]:
    """Return the tenant's bookings and reversals, the latest booking date first."""
    year, baustein, line, words = narrowed.choices()
    listed = _listed(year=year, baustein=baustein, teilplanzeile=line, words=words)
    return listed.fetch(session, asked, _escaped(narrowed, actor))


@dataclass(frozen=True, slots=True)
class ListSum:
    """How many rows there are, and what they add up to in euro."""

    count: int
    amount: Decimal


@lru_cache
def sum_statement(year: bool, baustein: bool, teilplanzeile: bool, words: bool) -> Select:  # type: ignore[type-arg]
    """Return the statement for count and sum of a narrowed list."""
    conditions = _conditions(year=year, baustein=baustein, teilplanzeile=teilplanzeile, words=words)
    return select(func.count(), func.coalesce(func.sum(Expenditure.amount), 0)).where(*conditions)


def sum_expenditures(session: Session, actor: Actor, narrowed: ListFilter) -> ListSum:
    """Return how many rows the narrowed list has and their sum."""
    row = session.execute(sum_statement(*narrowed.choices()), _escaped(narrowed, actor)).one()
    return ListSum(row[0], Decimal(row[1]))


def all_expenditures(session: Session, actor: Actor, narrowed: ListFilter) -> Iterator[RowMapping]:
    """Yield every row of the narrowed list in its order, a few thousand at a time in memory.

    Raises `InvalidInputError` when there are more than one file should hold.
    """
    count = sum_expenditures(session, actor, narrowed).count
    if count > MOST_EXPORTED:
        raise InvalidInputError(
            f"Die Liste hat {number(count)} Zeilen, eine Datei höchstens {number(MOST_EXPORTED)}. "
            "Grenzen Sie die Liste ein, zum Beispiel auf ein Haushaltsjahr."
        )
    asked = PageRequest(limit=_ROWS_AT_ONCE)
    while True:
        rows = list_expenditures(session, actor, asked, narrowed)
        yield from rows[: asked.limit]
        if len(rows) <= asked.limit:
            return
        edge = rows[asked.limit - 1]
        asked = PageRequest(after=(edge["booked_on"], edge["id"]), limit=_ROWS_AT_ONCE)


_FIRST_YEAR = select(func.min(Expenditure.year).label("year")).where(
    Expenditure.tenant_id == bindparam("tenant")
)
_years = _FIRST_YEAR.cte("years", recursive=True)
_years = _years.union_all(
    select(
        select(func.min(Expenditure.year))
        .where(Expenditure.tenant_id == bindparam("tenant"), Expenditure.year > _years.c.year)
        .scalar_subquery()
    ).where(_years.c.year.is_not(None))
)
YEARS = select(_years.c.year).where(_years.c.year.is_not(None)).order_by(_years.c.year.desc())
"""One step in the index per year, however many bookings each has."""


def booked_years(session: Session, actor: Actor) -> list[int]:
    """Return the Haushaltsjahre in which the tenant has bookings, the latest first."""
    return list(session.scalars(YEARS, {"tenant": actor.tenant_id}))


def _escaped(narrowed: ListFilter, actor: Actor) -> dict[str, object]:
    arguments = narrowed.arguments(actor)
    words = narrowed.words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return {**arguments, "words": words}
