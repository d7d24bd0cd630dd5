"""Who stands in for whom, and who can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Integer, RowMapping, ScalarSelect, Text, Uuid, and_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.matters import local_day
from kimhub.core.versions import Versioned
from kimhub.deputies.models import Deputation
from kimhub.identity.public import IN_OFFICE
from tenants import Membership, Permission, Role, permissions_of

_me = bindparam("me", type_=Integer)
_FEW = "an administration has some dozens of people"


def _roles(account: InstrumentedAttribute[UUID]) -> ScalarSelect[list[str]]:
    """Return the roles that a person holds now, as a column."""
    return (
        select(func.array_agg(Membership.role, type_=ARRAY(Text)))
        .where(Membership.tenant_id == Deputation.tenant_id, Membership.account_id == account, *IN_OFFICE)
        .correlate(Deputation)
        .scalar_subquery()
    )


def _email(account: InstrumentedAttribute[UUID]) -> ScalarSelect[str]:
    """Return the address by which the tenant knows a person, also one who has left, as a column."""
    return (
        select(func.min(Membership.email))
        .where(Membership.tenant_id == Deputation.tenant_id, Membership.account_id == account)
        .correlate(Deputation)
        .scalar_subquery()
    )


_ROWS = select(
    Deputation.id, Deputation.account_id, Deputation.account_name, Deputation.deputy_id, Deputation.deputy_name,
    Deputation.starts_on, Deputation.ends_on, Deputation.ended_at,
    _roles(Deputation.account_id).label("account_roles"), _roles(Deputation.deputy_id).label("deputy_roles"),
    _email(Deputation.account_id).label("account_email"), _email(Deputation.deputy_id).label("deputy_email"),
)  # fmt: skip
DEPUTATIONS = KeysetList(
    _ROWS,
    scope=Deputation.tenant_id,
    orders={
        "start": Order("-starts_on", "-id", few_rows=_FEW),
        "name": Order("account_name", "-starts_on", "id", few_rows=_FEW),
    },
    conditions={
        "present": and_(Deputation.ended_at.is_(None), Deputation.ends_on >= local_day(func.now())),
    },
)

_TODAY = (
    select(
        Deputation.id,
        Deputation.account_id,
        Deputation.account_name,
        Deputation.deputy_id,
        Deputation.ends_on,
    )
    .where(
        Deputation.tenant_id == _me,
        Deputation.ended_at.is_(None),
        Deputation.starts_on <= bindparam("day", type_=Date),
        Deputation.ends_on >= bindparam("day", type_=Date),
    )
    .order_by(Deputation.starts_on, Deputation.id)
)
_OF_PERSON = (
    select(Deputation)
    .where(
        Deputation.tenant_id == _me,
        or_(
            Deputation.account_id == bindparam("who", type_=Uuid),
            Deputation.deputy_id == bindparam("who", type_=Uuid),
        ),
        Deputation.ended_at.is_(None),
        Deputation.ends_on >= bindparam("day", type_=Date),
    )
    .order_by(Deputation.starts_on, Deputation.id)
)
_COLLEAGUES = (
    select(
        Membership.account_id,
        func.min(Membership.display_name).label("name"),
        func.min(Membership.email).label("email"),
        func.array_agg(Membership.role, type_=ARRAY(Text)).label("roles"),
    )
    .where(Membership.tenant_id == _me, *IN_OFFICE)
    .group_by(Membership.account_id)
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A deputation that holds today."""

    id: UUID
    account_id: UUID
    account_name: str
    deputy_id: UUID
    ends_on: date


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who has a role in the tenant now."""

    name: str
    email: str
    roles: frozenset[Role]


def stand_ins(session: Session, tenant_id: int, day: date) -> Sequence[StandIn]:
    """Return the deputations of a tenant that hold on `day`, the oldest first."""
    return [StandIn(*row) for row in session.execute(_TODAY, {"me": tenant_id, "day": day})]


def deputations_of(session: Session, tenant_id: int, account_id: UUID, day: date) -> Sequence[Deputation]:
    """Return what a person is party to on `day` or later, as the one who is away or as the deputy, the next first."""
    values = {"me": tenant_id, "who": account_id, "day": day}
    return session.scalars(_OF_PERSON, values).all()


def colleagues(session: Session, tenant_id: int) -> Mapping[UUID, Colleague]:
    """Return everybody who has a role in the tenant now, by account."""
    rows = session.execute(_COLLEAGUES, {"me": tenant_id})
    return {row.account_id: Colleague(row.name, row.email, frozenset(map(Role, row.roles))) for row in rows}


def missing_rights(
    of: frozenset[Role], deputy: frozenset[Role], told: frozenset[Permission]
) -> list[Permission]:
    """Return what of `told` a person may do and the deputy may not, in the order of `Permission`."""
    lacking = (permissions_of(of) - permissions_of(deputy)) & told
    return [permission for permission in Permission if permission in lacking]


def get_deputation(session: Session, deputation_id: UUID) -> Deputation:
    """Return a deputation of the own tenant; raises `NotFoundError`."""
    found = session.scalars(select(Deputation).where(Deputation.id == deputation_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_deputation_row(session: Session, deputation_id: UUID) -> RowMapping:
    """Return a deputation of the own tenant as lists hold it; raises `NotFoundError`."""
    found = session.execute(_ROWS.where(Deputation.id == deputation_id)).mappings().one_or_none()
    if found is None:
        raise NotFoundError
    return found


DEPUTATION = Versioned(Deputation, get_deputation, parts=lambda deputation: (deputation,))
"""How a deputation is held and marked while it is ended."""
