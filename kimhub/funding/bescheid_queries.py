"""What to know before a Bescheid is recorded: what it would pay for twice, and whom it would leave without cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Session

from kimhub.applications.public import bausteine_not_used
from kimhub.funding.comparison import ZERO
from kimhub.funding.grant_queries import Drawn, drawn_from
from kimhub.funding.models import FundCell, Grant, GrantBaustein, GrantVersion
from kimhub.funding.terms import CellAmount
from kimhub.programme.public import Baustein, Cell, GrantPurpose


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another grant that pays for a Baustein on days of the Bewilligungszeitraum."""

    grant_id: UUID
    title: str
    baustein: Baustein
    period_from: date
    period_to: date


@dataclass(frozen=True, slots=True)
class ShortCell:
    """A cell in which more is passed on than the Bescheid grants, and by which allocations."""

    cell: Cell
    granted: Decimal
    passed_on: Decimal
    allocations: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class BescheidCheck:
    """What speaks against recording a Bescheid (overlaps, short cells), and what is odd about it."""

    overlaps: tuple[Overlap, ...]
    short: tuple[ShortCell, ...]
    not_used: tuple[tuple[int, Baustein], ...]
    """Years and Bausteine that get money although the tenant has decided not to use them."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing stands against recording it now."""
        return not self.overlaps and not self.short


_OVERLAPS = (
    select(Grant.id, Grant.title, GrantBaustein.baustein, GrantBaustein.period)
    .join(Grant, (Grant.tenant_id == GrantBaustein.tenant_id) & (Grant.id == GrantBaustein.grant_id))
    .where(
        GrantBaustein.tenant_id == bindparam("me"),
        GrantBaustein.grant_id != bindparam("grant"),
        GrantBaustein.period.overlaps(bindparam("period", type_=DATERANGE)),
    )
    .order_by(GrantBaustein.baustein, Grant.title, Grant.id)
)
_PASSED_ON = (
    select(FundCell.year, FundCell.purpose, FundCell.passed_on)
    .where(
        FundCell.tenant_id == bindparam("me"), FundCell.fund_id == bindparam("fund"), FundCell.passed_on > 0
    )
    .order_by(FundCell.year, FundCell.baustein, FundCell.purpose)
)


def check_bescheid(
    session: Session, me: int, version: GrantVersion, items: Sequence[CellAmount]
) -> BescheidCheck:
    """Look at a draft as the database will when it is recorded; nothing is locked here, so it has the last word."""
    granted = {item.cell: item.amount for item in items}
    return BescheidCheck(
        overlaps=tuple(
            _overlaps(session, me, version, {item.cell.baustein for item in items if item.amount})
        ),
        short=tuple(_short(session, me, version.grant_id, granted)),
        not_used=_not_used(session, me, granted),
    )


def _overlaps(session: Session, me: int, version: GrantVersion, bausteine: set[Baustein]) -> list[Overlap]:
    period = Range(version.period_from, version.period_to, bounds="[]")
    rows = session.execute(_OVERLAPS, {"me": me, "grant": version.grant_id, "period": period})
    return [
        Overlap(row.id, row.title, Baustein(row.baustein), *_days(row.period))
        for row in rows
        if row.baustein in bausteine
    ]


def _days(period: Range[date]) -> tuple[date, date]:
    """Return first and last day of a range as PostgreSQL writes it: the upper bound is excluded."""
    if period.lower is None or period.upper is None:
        raise ValueError("a Bewilligungszeitraum has two ends")
    return period.lower, date.fromordinal(period.upper.toordinal() - 1)


def _short(session: Session, me: int, fund_id: UUID, granted: dict[Cell, Decimal]) -> list[ShortCell]:
    passed_on = {
        Cell.of(row.year, GrantPurpose(row.purpose)): row.passed_on
        for row in session.execute(_PASSED_ON, {"me": me, "fund": fund_id})
    }
    short = {cell: amount for cell, amount in passed_on.items() if amount > granted.get(cell, ZERO)}
    if not short:
        return []
    drawn = drawn_from(session, me, fund_id)
    return [
        ShortCell(cell, granted.get(cell, ZERO), amount, tuple(line for line in drawn if line.cell == cell))
        for cell, amount in short.items()
    ]


def _not_used(session: Session, me: int, granted: dict[Cell, Decimal]) -> tuple[tuple[int, Baustein], ...]:
    paid = sorted({(cell.year, cell.baustein) for cell, amount in granted.items() if amount})
    not_used = {year: bausteine_not_used(session, me, year) for year in {year for year, _ in paid}}
    return tuple((year, baustein) for year, baustein in paid if baustein in not_used[year])
