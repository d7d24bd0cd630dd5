"""Who belongs to the own tenant, and which machines work for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, bindparam, func, or_, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.mail.queries import is_refused
from kimhub.identity.brake import slowed_down
from kimhub.identity.models import OAuthClient
from tenants import Membership, db
from tenants.sorting import sort_key

DISABLED = select(func.app.members_disabled(type_=Uuid).column_valued("account_id"))
"""The accounts of people of the own tenant that the operator has shut out: they can do nothing, whatever their role."""


def in_office(membership: type[Membership]) -> tuple[ColumnElement[bool], ...]:
    """Return who holds a role now and can do what it allows: taken up, not ended, and the account not shut out."""
    return (
        membership.accepted_at.is_not(None),
        membership.ended_at.is_(None),
        membership.account_id.not_in(DISABLED),
    )


IN_OFFICE = in_office(Membership)
_MOST_PEOPLE = 1_000
_FEW = "an administration has some dozens of people with a role"
MEMBERS = KeysetList(
    select(
        Membership.id, Membership.display_name, alphabetical(Membership.display_name).label("name_key"),
        Membership.role, Membership.email, Membership.created_at, Membership.accepted_at, Membership.ended_at,
        Membership.account_id.in_(DISABLED).label("is_disabled"),
        is_refused(Membership.tenant_id, Membership.email).label("is_refused"),
    ),
    scope=Membership.tenant_id,
    orders={
        "name": Order("name_key", "role", "id", few_rows=_FEW),
        "role": Order("role", "name_key", "id", few_rows=_FEW),
        "since": Order("-created_at", "-id", few_rows=_FEW),
    },
    conditions={
        "present": Membership.ended_at.is_(None),
        "role": Membership.role == bindparam("role", type_=Text()),
        "words": or_(
            *(
                column.icontains(bindparam("words", type_=Text()))
                for column in (Membership.display_name, Membership.email)
            )
        ),
    },
)  # fmt: skip


@dataclass(frozen=True)
class SlowedPerson:
    """Somebody whose sign-ins are slowed down after wrong passwords, and how many there were of late."""

    name: str
    email: str
    failures: int


def slowed_people(tenant_id: int) -> list[SlowedPerson]:
    """Return the people of the tenant whose sign-ins are slowed down now, by name.

    Only those who have taken up their role: about anybody else an administration learns nothing.
    """
    session = db.session()
    rows = session.execute(
        select(Membership.email, func.min(Membership.display_name))
        .where(
            Membership.tenant_id == tenant_id,
            Membership.ended_at.is_(None),
            Membership.accepted_at.is_not(None),
        )
        .group_by(Membership.email)
        .order_by(Membership.email)
        .limit(_MOST_PEOPLE)
    )
    name_of: dict[str, str] = {row[0]: row[1] for row in rows}
    failures = slowed_down(session, name_of)
    found = [SlowedPerson(name_of[email], email, count) for email, count in failures.items()]
    return sorted(found, key=lambda person: (sort_key(person.name), person.email))


CLIENTS = KeysetList(
    select(
        OAuthClient.id, OAuthClient.name, OAuthClient.scopes, OAuthClient.created_at, OAuthClient.ended_at
    ),
    scope=OAuthClient.tenant_id,
    orders={"created": Order("-created_at", "-id")},
)


def get_membership(session: Session, membership_id: UUID) -> Membership:
    """Return a membership of the own tenant, else `NotFoundError`."""
    found = session.scalars(select(Membership).where(Membership.id == membership_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def get_client(session: Session, client_id: UUID) -> OAuthClient:
    """Return a machine client of the own tenant, else `NotFoundError`."""
    found = session.scalars(select(OAuthClient).where(OAuthClient.id == client_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found
