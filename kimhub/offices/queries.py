"""The offices of the own body, and the one to turn to in another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, any_, bindparam, func, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.mail.queries import is_refused
from kimhub.core.versions import Versioned
from kimhub.offices.models import OFFICE_ROLES, Office
from tenants import Permission, Role, permissions_of

_FEW = "there is one for each of a handful of roles"
OFFICES = KeysetList(
    select(
        Office.id,
        Office.role,
        Office.name,
        Office.email,
        Office.phone,
        is_refused(Office.tenant_id, Office.email).label("is_refused"),
    ),
    scope=Office.tenant_id,
    orders={"role": Order("role", "id", few_rows=_FEW)},
)
_OWN = select(Office).where(
    Office.id == bindparam("office", type_=Uuid),
    Office.tenant_id == select(func.app.tenant()).scalar_subquery(),
)
_AT = select(Office).where(
    Office.tenant_id == any_(bindparam("bodies", type_=ARRAY(Integer))),
    Office.role == any_(bindparam("roles", type_=ARRAY(Text))),
)
_OF = select(Office).where(Office.tenant_id == bindparam("body", type_=Integer))


def offices_of(session: Session, tenant_id: int) -> Mapping[Role, Office]:
    """Return the offices of a body, its own or another's, by role."""
    found = {Role(office.role): office for office in session.scalars(_OF, {"body": tenant_id})}
    return {role: found[role] for role in OFFICE_ROLES if role in found}


def offices_at(session: Session, tenant_ids: Collection[int], permission: Permission) -> Mapping[int, Office]:
    """Return for each of some bodies the office whose role does what `permission` allows, where it has named one."""
    roles = [role for role in OFFICE_ROLES if permission in permissions_of([role])]
    values = {"bodies": [*tenant_ids], "roles": [role.value for role in roles]}
    found = session.scalars(_AT, values).all()
    return {
        office.tenant_id: office
        for office in sorted(found, key=lambda office: roles.index(Role(office.role)), reverse=True)
    }


def office_for(session: Session, tenant_id: int, permission: Permission) -> Office | None:
    """Return the office of a body whose role does what `permission` allows, None where it has named none."""
    offices = offices_of(session, tenant_id)
    return next((office for role, office in offices.items() if permission in permissions_of([role])), None)


def get_office(session: Session, office_id: UUID) -> Office:
    """Return an office of the own body, though every other's can be read; raises `NotFoundError`."""
    found = session.scalars(_OWN, {"office": office_id}).one_or_none()
    if found is None:
        raise NotFoundError
    return found


OFFICE = Versioned(Office, get_office, parts=lambda office: (office,))
"""How an office is held and marked while it is changed."""
