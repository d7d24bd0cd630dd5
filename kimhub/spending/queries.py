"""Reads of the books: one booking, its reversal, the same receipt, and the sums that the overview is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, Integer, Numeric, Text, bindparam, func, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from kimhub.core.errors import NotFoundError
from kimhub.core.versions import Versioned
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Cell, GrantPurpose, Teilplanzeile
from kimhub.spending.models import Expenditure, fingerprint_sql
from tenants import db

_ONE = select(Expenditure).where(Expenditure.id == bindparam("id"))
_REVERSAL = select(Expenditure).where(
    Expenditure.tenant_id == bindparam("tenant"), Expenditure.reverses_id == bindparam("id")
)


def get_expenditure(session: Session, expenditure_id: UUID) -> Expenditure:
    """Return a booking or a reversal, else `NotFoundError`."""
    found = session.scalars(_ONE, {"id": expenditure_id}).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def reversal_of(session: Session, booked: Expenditure) -> Expenditure | None:
    """Return the reversal of a booking, None while it counts."""
    return session.scalars(_REVERSAL, {"tenant": booked.tenant_id, "id": booked.id}).one_or_none()


EXPENDITURE = Versioned(
    Expenditure,
    get_expenditure,
    parts=lambda booked: (booked.id, reversal_of(db.session(), booked) is not None),
    state=lambda booked: {"is_reversed": reversal_of(db.session(), booked) is not None},
)
"""How a booking is held and marked while it is reversed; nothing else of it ever changes."""


class SameReceipt(NamedTuple):
    """What makes a receipt the same (`kimhub.spending.models.fingerprint_sql`)."""

    receipt_number: str
    booked_on: date
    year: int
    purpose: GrantPurpose
    teilplanzeile: Teilplanzeile
    position_reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LastBooked:
    """The last booking of the same receipt, and whether it was reversed."""

    id: UUID
    generation: int
    is_reversed: bool


_TYPES: dict[str, TypeEngine[Any]] = {
    "receipt_number": Text(), "booked_on": Date(), "year": Integer(), "purpose": Text(), "teilplanzeile": Text(),
    "position_reference": Text(), "amount": Numeric(14, 2),
}  # fmt: skip
_ASKED = select(*(bindparam(name, type_=kind).label(name) for name, kind in _TYPES.items())).subquery("asked")
_FINGERPRINT = (
    select(text(f"{fingerprint_sql('booked_on')} AS fingerprint")).select_from(_ASKED).subquery("sought")
)
_SAME = (
    select(Expenditure.id, Expenditure.generation, Expenditure.is_reversal)
    .where(
        Expenditure.tenant_id == bindparam("tenant"),
        Expenditure.fingerprint
        == select(text("sought.fingerprint")).select_from(_FINGERPRINT).scalar_subquery(),
    )
    .order_by(Expenditure.generation.desc(), Expenditure.is_reversal.desc())
    .limit(1)
)


def same_receipt(session: Session, tenant_id: int, receipt: SameReceipt) -> LastBooked | None:
    """Return the last booking of the same receipt, or None if it was never booked."""
    row = session.execute(_SAME, {"tenant": tenant_id, **receipt._asdict()}).one_or_none()
    return LastBooked(row.id, row.generation, row.is_reversal) if row else None


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent in one cell of the ledger on one Teilplanzeile, reversals deducted."""

    cell: Cell
    teilplanzeile: Teilplanzeile
    amount: Decimal
    """Euro."""
    last_booked_on: date


SPENT = (
    select(
        Expenditure.year,
        Expenditure.baustein,
        Expenditure.purpose,
        Expenditure.teilplanzeile,
        func.sum(Expenditure.amount).label("amount"),
        func.max(Expenditure.booked_on).label("last_booked_on"),
    )
    .where(
        Expenditure.tenant_id == bindparam("tenant"),
        Expenditure.year.between(bindparam("first_year"), bindparam("last_year")),
    )
    .group_by(Expenditure.year, Expenditure.baustein, Expenditure.purpose, Expenditure.teilplanzeile)
    .order_by(Expenditure.year, Expenditure.baustein, Expenditure.purpose, Expenditure.teilplanzeile)
)
"""Read from ``ix_expenditure_sums`` alone; arguments: tenant, first_year, last_year."""


def spent(
    session: Session, tenant_id: int, first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR
) -> list[Spent]:
    """Return what the tenant has spent per Haushaltsjahr, Baustein, purpose and Teilplanzeile, in this order.

    Both years are included. Cells whose bookings were all reversed are there with 0.00.
    """
    rows = session.execute(SPENT, {"tenant": tenant_id, "first_year": first_year, "last_year": last_year})
    return [
        Spent(
            Cell.of(row.year, GrantPurpose(row.purpose)),
            Teilplanzeile(row.teilplanzeile),
            row.amount,
            row.last_booked_on,
        )
        for row in rows
    ]
