"""What the tables of the ledger have in common: the cell, and what may stand in it."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, GrantPurpose
from tenants.models import one_of

MAX_CONDITIONS = 20_000
MAX_REASON = 2_000


def cell_checks() -> tuple[CheckConstraint, ...]:
    """Return the checks of a table with the columns ``year``, ``baustein`` and ``purpose``."""
    by_baustein = groupby(sorted(GrantPurpose, key=lambda p: (p.baustein, p.value)), key=lambda p: p.baustein)
    fitting = " OR ".join(
        f"(baustein = {baustein.value} AND {one_of('purpose', tuple(purposes))})"
        for baustein, purposes in by_baustein
    )
    return (
        CheckConstraint(f"year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="year"),
        CheckConstraint(fitting, name="purpose"),
    )


class ItemColumns:
    """The columns of an amount that a version names: its cell, euro, and shares of positions."""

    version_id: Mapped[UUID]
    year: Mapped[int]
    baustein: Mapped[int]
    purpose: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    fte: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    """Full-time equivalents."""


def item_checks() -> tuple[CheckConstraint, ...]:
    """Return the checks of a table with `ItemColumns`."""
    return (
        *cell_checks(),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("fte >= 0", name="fte"),
    )
