"""The list of bookings: what it can be narrowed to, and its sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, RowMapping, Text, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from kimhub.core.keyset import KeysetList, Order, sought
from kimhub.core.web.paging import PageRequest
from kimhub.programme.public import Baustein, Teilplanzeile
from kimhub.spending.models import Expenditure, ExpenditureImport
from tenants import Actor


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is narrowed to; None and the empty word mean everything."""

    year: int | None = None
    baustein: Baustein | None = None
    teilplanzeile: Teilplanzeile | None = None
    words: str = ""
    """Part of receipt number, text, recipient or position reference, in capitals or not."""

    @property
    def conditions(self) -> dict[str, object]:
        """The conditions of the list that hold, with their values."""
        found = {
            "year": self.year,
            "baustein": self.baustein and int(self.baustein),
            "teilplanzeile": self.teilplanzeile and self.teilplanzeile.value,
            "words": sought(self.words),
        }
        return {name: value for name, value in found.items() if value}


_reversal = aliased(Expenditure)
# One look for each row shown. EXISTS would be answered for all bookings of the tenant at once, and then hashed.
_IS_REVERSED = (
    select(_reversal.id)
    .where(_reversal.tenant_id == Expenditure.tenant_id, _reversal.reverses_id == Expenditure.id)
    .limit(1)
    .scalar_subquery()
    .is_not(None)
)
_FILE = (
    select(ExpenditureImport.filename)
    .where(
        ExpenditureImport.tenant_id == Expenditure.tenant_id, ExpenditureImport.id == Expenditure.import_id
    )
    .scalar_subquery()
)
EXPENDITURES = KeysetList(
    select(
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
        Expenditure.import_id,
        Expenditure.import_row,
        _FILE.label("import_file"),
        Expenditure.reverses_id,
        Expenditure.reason,
        Expenditure.created_at,
        Expenditure.actor_label,
        _IS_REVERSED.label("is_reversed"),
    ),
    scope=Expenditure.tenant_id,
    orders={"day": Order("-booked_on", "-id")},
    conditions={
        "year": Expenditure.year == bindparam("year", type_=Integer()),
        "baustein": Expenditure.baustein == bindparam("baustein", type_=Integer()),
        "teilplanzeile": Expenditure.teilplanzeile == bindparam("teilplanzeile", type_=Text()),
        "words": or_(
            *(
                place.icontains(bindparam("words", type_=Text()))
                for place in (
                    Expenditure.receipt_number, Expenditure.text, Expenditure.recipient,
                    Expenditure.position_reference,
                )
            )
        ),
    },
    sums=("amount",),
)  # fmt: skip


def list_expenditures(
    session: Session, actor: Actor, asked: PageRequest, narrowed: ListFilter
) -> Sequence[RowMapping]:
    """Return the tenant's bookings and reversals, the latest booking date first."""
    return EXPENDITURES.fetch(session, actor.tenant_id, asked, narrowed.conditions)


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
