"""The address book over the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import Resource, ShelfQuerySchema, chosen
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.funding.models import Organization, OrganizationKind
from kimhub.funding.organization_queries import ORGANIZATION, ORGANIZATIONS, AddressFilter, find_organizations
from kimhub.funding.schemas import OrganizationSchema
from kimhub.funding.usecases.organizations import (
    OrganizationDetails,
    add_organization,
    archive_organization,
    change_organization,
    take_up_organization,
)
from tenants import Actor, Permission, db


class OrganizationQuerySchema(ShelfQuerySchema):
    """Which entries."""

    words = plain.String(
        validate=validate.Length(max=100), metadata={"description": "Teil von Name oder Ansprechstelle"}
    )
    kind = chosen(OrganizationKind)


class OrganizationOutSchema(CommandSchema):
    """An entry."""

    id = plain.UUID(required=True)
    name = plain.String(required=True)
    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in OrganizationKind]})
    contact = plain.String(required=True, metadata={"description": "Funktion oder Sachgebiet, keine Person"})
    address = plain.String(required=True)
    email = plain.String(required=True)
    archived_at = plain.AwareDateTime(required=True, allow_none=True)


organizations = Resource(
    "organizations",
    "Adressbuch: Stellen, an die Mittel weitergeleitet werden",
    thing=ORGANIZATION,
    shape=OrganizationOutSchema,
    names="organization_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
)


@organizations.list(
    OrganizationOutSchema, "Adressbuch auflisten", "Nach Namen geordnet.",
    listed=ORGANIZATIONS, query=OrganizationQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, **narrowed: Any) -> Sequence[RowMapping]:
    """List the address book."""
    return find_organizations(db.session(), actor.tenant_id, asked, AddressFilter(**narrowed))


organizations.read("Eintrag des Adressbuchs lesen")


@organizations.create(OrganizationSchema, "Stelle in das Adressbuch aufnehmen", refused=(409,))
def create(actor: Actor, command: dict[str, Any]) -> Organization:
    """Add an entry."""
    return add_organization(actor, OrganizationDetails(**command))


@organizations.change(OrganizationSchema, "Eintrag des Adressbuchs ersetzen")
def replace(actor: Actor, entry: Organization, command: dict[str, Any]) -> None:
    """Replace an entry."""
    change_organization(actor, entry.id, OrganizationDetails(**command))


organizations.shelf(
    "Eintrag", archive_organization, take_up_organization, id_of=lambda entry: entry.id,
    description="Er steht danach nicht mehr zur Wahl. Was er erhalten hat, bleibt lesbar.",
)  # fmt: skip
