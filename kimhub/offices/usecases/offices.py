"""The administration says how its offices are reached."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from kimhub.core.errors import InvalidInputError
from kimhub.core.mail.outbox import address
from kimhub.core.versions import locked
from kimhub.offices.models import OFFICE_ROLES, Office
from tenants import Actor, Permission, Role, Tenant, db, roles_for

_PHONE = re.compile(r"(?=.*[0-9])[0-9+()/ –-]{3,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDetails:
    """An office and its addresses, one of which is needed; nothing of it names a person."""

    name: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffice(OfficeDetails):
    """An office for a role that has none yet."""

    role: Role


def office_roles(actor: Actor) -> list[Role]:
    """Return the roles of the actor's body that may have an office."""
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    existing = roles_for(actor.tenant_kind, grant_recipient=tenant.is_grant_recipient)
    return [role for role in OFFICE_ROLES if role in existing]


def add_office(actor: Actor, command: NewOffice) -> Office:
    """Name the office of a role; raises `ForbiddenError`, `InvalidInputError`, `ConflictError` where it has one."""
    actor.require(Permission.CONTACT_MANAGE)
    if command.role not in office_roles(actor):
        raise InvalidInputError(fields={"role": ["Wählen Sie eine der angebotenen Zuständigkeiten."]})
    office = Office(tenant_id=actor.tenant_id, role=command.role)
    _fill(office, command)
    session = db.session()
    session.add(office)
    session.flush()  # the role's constraint speaks now
    return office


def change_office(actor: Actor, office_id: UUID, command: OfficeDetails) -> Office:
    """Change how an office is reached; raises `ForbiddenError`, `NotFoundError`, `InvalidInputError`."""
    actor.require(Permission.CONTACT_MANAGE)
    office = locked(db.session(), Office, office_id)
    _fill(office, command)
    return office


def remove_office(actor: Actor, office_id: UUID) -> Office:
    """Name no office any more for a role; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.CONTACT_MANAGE)
    office = locked(db.session(), Office, office_id)
    db.session().delete(office)
    return office


def _fill(office: Office, details: OfficeDetails) -> None:
    """Fill the columns; raises `InvalidInputError` for what no mail reaches and nobody can call."""
    if not (details.email or details.phone):
        raise InvalidInputError(fields={"email": ["Geben Sie ein Funktionspostfach oder ein Telefon an."]})
    if details.phone and not _PHONE.fullmatch(details.phone):
        raise InvalidInputError(
            fields={"phone": ["Geben Sie eine Telefonnummer ein, zum Beispiel 02241 13-0."]}
        )
    office.name = details.name
    office.email = address(details.email) if details.email else ""
    office.phone = details.phone
