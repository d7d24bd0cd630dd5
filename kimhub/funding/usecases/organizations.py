"""Keeping the address book."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from kimhub.core.versions import locked
from kimhub.funding.models import Organization, OrganizationKind
from tenants import Actor, Permission, db
from tenants.sorting import sort_key


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationDetails:
    """What the address book keeps of a body; `contact` is a role, never a person."""

    name: str
    kind: OrganizationKind
    contact: str = ""
    address: str = ""
    email: str = ""


def add_organization(actor: Actor, details: OrganizationDetails) -> Organization:
    """Put a body into the address book; raises `ForbiddenError`, and `OrganizationExistsError` at the flush."""
    actor.require(Permission.FUNDING_WRITE)
    organization = Organization(tenant_id=actor.tenant_id)
    _fill(organization, details)
    session = db.session()
    session.add(organization)
    session.flush()  # the name's constraint speaks now
    return organization


def change_organization(actor: Actor, organization_id: UUID, details: OrganizationDetails) -> Organization:
    """Change an entry; raises `ForbiddenError`, `NotFoundError`, `OrganizationExistsError`."""
    actor.require(Permission.FUNDING_WRITE)
    organization = locked(db.session(), Organization, organization_id)
    _fill(organization, details)
    db.session().flush()  # the name's constraint speaks now
    return organization


def archive_organization(actor: Actor, organization_id: UUID) -> Organization:
    """Take an entry out of the choice for new allocations; what it received stays readable."""
    actor.require(Permission.FUNDING_WRITE)
    organization = locked(db.session(), Organization, organization_id)
    if organization.archived_at is None:
        organization.archived_at = db.session().scalar(select(func.now()))
    return organization


def take_up_organization(actor: Actor, organization_id: UUID) -> Organization:
    """Offer an entry that was put away for new allocations again; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.FUNDING_WRITE)
    organization = locked(db.session(), Organization, organization_id)
    organization.archived_at = None
    db.session().flush()  # the name's constraint speaks now
    return organization


def _fill(organization: Organization, details: OrganizationDetails) -> None:
    organization.name = details.name.strip()
    organization.kind = details.kind
    organization.sort_key = sort_key(details.name.strip())
    organization.contact = details.contact.strip()
    organization.address = details.address.strip()
    organization.email = details.email.strip()
