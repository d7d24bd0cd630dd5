"""Reading the ledger: funds with what is left, grants with their versions, allocations of each side."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Integer,
    RowMapping,
    Text,
    any_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.funding.models import (
    Allocation,
    AllocationItem,
    AllocationVersion,
    Fund,
    FundCell,
    Grant,
    GrantItem,
    GrantVersion,
)
from kimhub.funding.terms import CellAmount
from kimhub.funding.workflow import WORKFLOW, State
from kimhub.programme.public import Cell, GrantPurpose
from tenants import Role, Tenant, db, permissions_of
from tenants.children import children_of
from tenants.proceedings import ProceedingEntry


@dataclass(frozen=True, slots=True)
class Balance:
    """One cell of a fund: what it holds, what is passed on, what is left, in euro."""

    cell: Cell
    funded: Decimal
    passed_on: Decimal

    @property
    def left(self) -> Decimal:
        """What may still be passed on."""
        return self.funded - self.passed_on


@dataclass(frozen=True, slots=True)
class FundView:
    """A fund as one chooses it: where it comes from, for when, and its cells in order."""

    id: UUID
    title: str
    giver: str
    """The authority that granted, or the tenant that passed the money on."""
    period_from: date
    period_to: date
    is_grant: bool
    balances: tuple[Balance, ...]


@dataclass(frozen=True, slots=True)
class GrantFile:
    """A grant with all its Bescheide, newest first; drafts included."""

    grant: Grant
    versions: tuple[GrantVersion, ...]

    @property
    def current(self) -> GrantVersion | None:
        """The version in force, if one is."""
        return next((v for v in self.versions if v.number == self.grant.current_version), None)

    @property
    def draft(self) -> GrantVersion | None:
        """The version that is being entered, if one is."""
        return next((v for v in self.versions if v.recorded_at is None), None)


@dataclass(frozen=True, slots=True)
class AllocationRow:
    """One line of a list of allocations."""

    id: UUID
    title: str
    giver: str
    recipient: str
    state: State
    seq: int
    amount: Decimal
    fte: Decimal | None
    years: tuple[int, ...]
    at: datetime
    """When it was begun (own) or issued (received)."""
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AllocationFile:
    """An allocation with its versions, newest first, and where it stands."""

    allocation: Allocation
    versions: tuple[AllocationVersion, ...]
    giver: str
    recipient: str
    state: State
    seq: int
    """The number of entries of the run; without a run, to a body of the address book, that of the version in force."""

    @property
    def current(self) -> AllocationVersion:
        """The version in force; of a draft the one that is being prepared."""
        wanted = max(self.allocation.current_version, 1)
        return next(version for version in self.versions if version.number == wanted)


_FUND = (
    select(
        Fund.id,
        Fund.grant_id,
        func.coalesce(Grant.title, Allocation.title).label("title"),
        func.coalesce(Grant.granted_by, Tenant.official_name).label("giver"),
        func.coalesce(Grant.period_from, AllocationVersion.period_from).label("period_from"),
        func.coalesce(Grant.period_to, AllocationVersion.period_to).label("period_to"),
    )
    .join(Grant, (Grant.tenant_id == Fund.tenant_id) & (Grant.id == Fund.grant_id), isouter=True)
    .join(
        Allocation,
        (Allocation.id == Fund.allocation_id) & (Allocation.shared_with == Fund.tenant_id),
        isouter=True,
    )
    .join(
        AllocationVersion,
        (AllocationVersion.tenant_id == Allocation.tenant_id)
        & (AllocationVersion.allocation_id == Allocation.id)
        & (AllocationVersion.number == Allocation.current_version),
        isouter=True,
    )
    .join(Tenant, Tenant.id == Allocation.tenant_id, isouter=True)
    .where(Fund.tenant_id == bindparam("me"))
)
_FUNDS = _FUND.where(func.coalesce(Grant.current_version, Allocation.current_version) > 0).order_by(
    "period_from", "title", Fund.id
)
_CELLS = (
    select(FundCell.fund_id, FundCell.year, FundCell.purpose, FundCell.funded, FundCell.passed_on)
    .where(FundCell.tenant_id == bindparam("me"))
    .order_by(FundCell.year, FundCell.baustein, FundCell.purpose)
)

LAST_STEP = (
    select(ProceedingEntry.action, ProceedingEntry.to_state, ProceedingEntry.seq, ProceedingEntry.created_at)
    .where(ProceedingEntry.proceeding_id == Allocation.id)
    .order_by(ProceedingEntry.seq.desc())
    .limit(1)
    .lateral("last")
)
ALLOCATED = (
    select(
        func.coalesce(func.sum(AllocationItem.amount), 0).label("amount"),
        func.sum(AllocationItem.fte).label("fte"),
        func.array_agg(AllocationItem.year.distinct()).label("years"),
        func.coalesce(func.max(AllocationItem.year), 0).label("last_year"),
        func.max(AllocationVersion.issued_on).label("issued_on"),
    )
    .join(
        AllocationVersion,
        (AllocationVersion.tenant_id == AllocationItem.tenant_id)
        & (AllocationVersion.id == AllocationItem.version_id),
    )
    .where(
        AllocationVersion.tenant_id == Allocation.tenant_id,
        AllocationVersion.allocation_id == Allocation.id,
        AllocationVersion.number == func.greatest(Allocation.current_version, 1),
    )
    .lateral("money")
)
"""What the version in force passes on."""
STATE = case(
    (Allocation.issued_at.is_(None), State.DRAFT.value),
    (LAST_STEP.c.to_state.is_not(None), LAST_STEP.c.to_state),
    (Allocation.ended_at.is_not(None), State.ENDED.value),
    else_=State.ISSUED.value,
)
"""To an organisation there are no entries, and who gave the money first does not see those of others."""
RecipientTenant = Tenant.__table__.alias("recipient")


_CONFIRMING = [
    role.value for role in Role if WORKFLOW.transition("confirm").permission in permissions_of([role])
]
WITH_PEOPLE = select(
    func.app.recipients_with_people(literal(_CONFIRMING, ARRAY(Text()))).column_valued("tenant_id")
)
"""The tenants to which one has issued money and where somebody who can sign in holds a role that confirms (ADR 43)."""


class Scope(StrEnum):
    """Which allocations a list shows: given, received, or passed on further by those who received."""

    GIVEN = "given"
    RECEIVED = "received"
    BELOW = "below"


_FEW = "a Kreis passes money on to some forty recipients, a few times a year"


def _listed(scope: InstrumentedAttribute[int | None], at: InstrumentedAttribute[Any]) -> KeysetList:
    """Return the list of those who stand in `scope`, by the day `at` unless told otherwise."""
    return KeysetList(
        select(
            Allocation.id, Allocation.title, Tenant.name.label("giver"), Tenant.sort_key.label("giver_key"),
            func.coalesce(RecipientTenant.c.name, Allocation.organization_name).label("recipient"),
            Allocation.recipient_id.is_not(None).label("takes_part"),
            # Asked once per statement: joined, it would cost the page its order.
            (Allocation.recipient_id.in_(WITH_PEOPLE) if scope is Allocation.tenant_id else null()).label("confirms"),
            func.coalesce(
                RecipientTenant.c.sort_key, alphabetical(Allocation.organization_name)
            ).label("recipient_key"),
            STATE.label("state"), func.coalesce(LAST_STEP.c.seq, 0).label("seq"),
            ALLOCATED.c.amount, ALLOCATED.c.fte, ALLOCATED.c.years, ALLOCATED.c.last_year, at.label("at"),
            LAST_STEP.c.created_at.label("since"),
        )
        .join(Tenant, Tenant.id == Allocation.tenant_id)
        .join(RecipientTenant, RecipientTenant.c.id == Allocation.recipient_id, isouter=True)
        .join(LAST_STEP, true(), isouter=True)
        .join(ALLOCATED, true()),
        scope=scope,
        orders={
            "day": Order("-at", "-id"),
            "year": Order("-last_year", "recipient_key", "-at", "-id", few_rows=_FEW),
            "recipient": Order("recipient_key", "-last_year", "-at", "-id", few_rows=_FEW),
            "giver": Order("giver_key", "recipient_key", "-at", "-id", few_rows=_FEW),
            "amount": Order("-amount", "recipient_key", "-id", few_rows=_FEW),
        },
        conditions={
            "states": any_(bindparam("states", type_=ARRAY(Text()))) == STATE,
            "year": bindparam("year", type_=Integer()) == any_(ALLOCATED.c.years),
            "words": or_(
                *(
                    column.icontains(bindparam("words", type_=Text()))
                    for column in (
                        Tenant.name, RecipientTenant.c.name, Allocation.organization_name, Allocation.title,
                    )
                )
            ),
        },
        sums=("amount",),
    )  # fmt: skip


ALLOCATIONS = {
    Scope.GIVEN: _listed(Allocation.tenant_id, Allocation.created_at),
    Scope.RECEIVED: _listed(Allocation.shared_with, Allocation.issued_at),
    Scope.BELOW: _listed(Allocation.released_to, Allocation.issued_at),
}
_YEARS = {
    scope: select(AllocationItem.year)
    .distinct()
    .select_from(Allocation)
    .join(
        AllocationVersion,
        (AllocationVersion.tenant_id == Allocation.tenant_id)
        & (AllocationVersion.allocation_id == Allocation.id)
        & (AllocationVersion.number == func.greatest(Allocation.current_version, 1)),
    )
    .join(
        AllocationItem,
        (AllocationItem.tenant_id == AllocationVersion.tenant_id)
        & (AllocationItem.version_id == AllocationVersion.id),
    )
    .where(listed.scope == bindparam("me", type_=Integer()))
    .order_by(AllocationItem.year.desc())
    for scope, listed in ALLOCATIONS.items()
}
_FEW_GRANTS = "a tenant gets a Bescheid or two a year"
GRANTS = KeysetList(
    select(
        Grant.id, Grant.title, alphabetical(Grant.title).label("title_key"), Grant.kind, Grant.granted_by,
        Grant.period_from, func.coalesce(Grant.period_from, date.max).label("begins"), Grant.period_to,
        Grant.current_version, Grant.created_at,
        select(func.coalesce(func.sum(FundCell.funded), 0))
        .where(FundCell.tenant_id == Grant.tenant_id, FundCell.fund_id == Grant.id)
        .scalar_subquery()
        .label("funded"),
    ),
    scope=Grant.tenant_id,
    orders={
        "created": Order("-created_at", "-id"),
        "period": Order("-begins", "title_key", "-created_at", "-id", few_rows=_FEW_GRANTS),
        "title": Order("title_key", "-created_at", "-id", few_rows=_FEW_GRANTS),
        "funded": Order("-funded", "title_key", "-id", few_rows=_FEW_GRANTS),
    },
    sums=("funded",),
)  # fmt: skip
ORGANIZATION_KEY = (str, UUID)
"""The types of a row's place in the address book."""


def list_allocations(
    session: Session, me: int, scope: Scope, asked: PageRequest, *, states: Collection[State] = ()
) -> list[AllocationRow]:
    """Return allocations of one scope, the latest first; with `states` only those that stand there."""
    narrowed = {"states": [state.value for state in states]} if states else {}
    return [
        AllocationRow(
            row["id"], row["title"], row["giver"], row["recipient"], State(row["state"]), row["seq"],
            row["amount"], row["fte"], tuple(row["years"] or ()), row["at"], row["since"],
        )
        for row in ALLOCATIONS[scope].fetch(session, me, asked, narrowed)
    ]  # fmt: skip


def allocated_years(session: Session, me: int, scope: Scope) -> list[int]:
    """Return the Haushaltsjahre for which allocations of one scope are in force, the latest first."""
    return list(session.scalars(_YEARS[scope], {"me": me}))


def list_grants(session: Session, me: int, asked: PageRequest) -> Sequence[RowMapping]:
    """Return the tenant's grants, the latest first, with what they give in all."""
    return GRANTS.fetch(session, me, asked)


def funds(session: Session, me: int, *, year: int | None = None) -> list[FundView]:
    """Return the funds of a tenant that hold money, with their cells (of `year` only, if given): two statements."""
    cells: dict[UUID, list[Balance]] = {}
    for row in session.execute(_CELLS, {"me": me}):
        if year is None or row.year == year:
            cells.setdefault(row.fund_id, []).append(
                Balance(Cell.of(row.year, GrantPurpose(row.purpose)), row.funded, row.passed_on)
            )
    return [
        FundView(
            id=row.id, title=row.title, giver=row.giver, period_from=row.period_from, period_to=row.period_to,
            is_grant=row.grant_id is not None, balances=tuple(cells.get(row.id, ())),
        )
        for row in session.execute(_FUNDS, {"me": me})
    ]  # fmt: skip


def get_fund(session: Session, me: int, fund_id: UUID) -> FundView:
    """Return one fund; raises `NotFoundError`."""
    for fund in funds(session, me):
        if fund.id == fund_id:
            return fund
    raise NotFoundError


def grant_file(session: Session, grant_id: UUID) -> GrantFile:
    """Return a grant with its Bescheide; raises `NotFoundError`."""
    grant = session.scalars(select(Grant).where(Grant.id == grant_id)).one_or_none()
    if grant is None:
        raise NotFoundError
    versions = session.scalars(
        select(GrantVersion)
        .where(GrantVersion.tenant_id == grant.tenant_id, GrantVersion.grant_id == grant.id)
        .order_by(GrantVersion.number.desc())
    )
    return GrantFile(grant, tuple(versions))


def grant_items(session: Session, versions: Collection[GrantVersion]) -> dict[UUID, list[CellAmount]]:
    """Return what each of `versions` grants, by version."""
    return _items(session, GrantItem, versions)


def allocation_items(
    session: Session, versions: Collection[AllocationVersion]
) -> dict[UUID, list[CellAmount]]:
    """Return what each of `versions` passes on, by version."""
    return _items(session, AllocationItem, versions)


def allocation_file(session: Session, allocation_id: UUID) -> AllocationFile:
    """Return an allocation that the tenant gives, receives or has financed; raises `NotFoundError`."""
    row = session.execute(
        select(
            Allocation, STATE.label("state"), func.coalesce(LAST_STEP.c.seq, 0).label("seq"),
            Tenant.name.label("giver"),
            func.coalesce(RecipientTenant.c.name, Allocation.organization_name).label("recipient"),
        )
        .join(Tenant, Tenant.id == Allocation.tenant_id)
        .join(RecipientTenant, RecipientTenant.c.id == Allocation.recipient_id, isouter=True)
        .join(LAST_STEP, true(), isouter=True)
        .where(Allocation.id == allocation_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFoundError
    versions = session.scalars(
        select(AllocationVersion)
        .where(
            AllocationVersion.tenant_id == row.Allocation.tenant_id,
            AllocationVersion.allocation_id == row.Allocation.id,
        )
        .order_by(AllocationVersion.number.desc())
    )
    seq = row.Allocation.current_version if row.Allocation.recipient_id is None else row.seq
    return AllocationFile(row.Allocation, tuple(versions), row.giver, row.recipient, State(row.state), seq)


GRANT = Versioned(
    Grant,
    grant_file,
    parts=lambda file: (
        file.grant,
        *file.versions,
        *_marked(grant_items(db.session(), file.versions)),
    ),
    state=lambda file: {"current_version": file.grant.current_version},
)
"""How a grant with its Bescheide is held and marked while it is changed."""
ALLOCATION = Versioned(
    Allocation,
    allocation_file,
    parts=lambda file: (
        file.allocation,
        file.seq,
        *file.versions,
        *_marked(allocation_items(db.session(), file.versions)),
    ),
    state=lambda file: {"state": file.state.value, "seq": file.seq},
)
"""How an allocation with its versions and steps is held and marked while it is changed."""


def _marked(items: Mapping[UUID, Sequence[CellAmount]]) -> Iterator[tuple[object, ...]]:
    return ((version_id, item.cell, item.amount, item.fte) for version_id, of in items.items() for item in of)


def _items(
    session: Session,
    model: type[GrantItem | AllocationItem],
    versions: Sequence[GrantVersion | AllocationVersion] | Collection[GrantVersion | AllocationVersion],
) -> dict[UUID, list[CellAmount]]:
    found: dict[UUID, list[CellAmount]] = {version.id: [] for version in versions}
    if not found:
        return found
    rows = session.execute(
        select(model.version_id, model.year, model.purpose, model.amount, model.fte)
        .where(children_of(model.version_id, versions))
        .order_by(model.year, model.baustein, model.purpose)
    )
    for row in rows:
        found[row.version_id].append(
            CellAmount(Cell.of(row.year, GrantPurpose(row.purpose)), row.amount, row.fte)
        )
    return found
