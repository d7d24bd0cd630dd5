"""What the tables of the ledger have in common: the cell, and what may stand in it."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import CheckConstraint

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
