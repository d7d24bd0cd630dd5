"""The address book over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.api import PREFIX, ApiBlueprint, etag, list_response, seen
from kimhub.core.attempt import attempt
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.funding.address_book import ORGANIZATION, AddressFilter, find_organizations, get_organization
from kimhub.funding.api.common import (
    ETAG,
    IF_MATCH,
    KEY,
    LOCATION,
    PageQuerySchema,
    asked_page,
    following,
)
from kimhub.funding.models import Organization, OrganizationKind
from kimhub.funding.queries import ORGANIZATION_KEY
from kimhub.funding.schemas import OrganizationSchema, organization_of
from kimhub.funding.usecases.organizations import (
    add_organization,
    archive_organization,
    change_organization,
)
from tenants import Permission, db

api = ApiBlueprint(
    "organizations",
    __name__,
    url_prefix=f"{PREFIX}/organizations",
    description="Adressbuch: Stellen, an die Mittel weitergeleitet werden",
)


class OrganizationQuerySchema(PageQuerySchema):
    """Which entries."""

    words = plain.String(
        load_default="", validate=validate.Length(max=100), metadata={"description": "Teil des Namens"}
    )
    archived = plain.Boolean(load_default=False, metadata={"description": "auch abgelegte Einträge"})


class OrganizationOutSchema(CommandSchema):
    """An entry."""

    id = plain.UUID(required=True)
    name = plain.String(required=True)
    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in OrganizationKind]})
    contact = plain.String(required=True, metadata={"description": "Funktion oder Sachgebiet, keine Person"})
    address = plain.String(required=True)
    email = plain.String(required=True)
    archived_at = plain.AwareDateTime(required=True, allow_none=True)


class OrganizationPageSchema(CommandSchema):
    """A page of entries."""

    organizations = plain.List(plain.Nested(OrganizationOutSchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


@api.route("")
@api.arguments(OrganizationQuerySchema, location="query")
@api.response(200, OrganizationPageSchema)
@api.doc(summary="Adressbuch auflisten", description="Nach Namen geordnet.")
@requires(Permission.FUNDING_READ)
def list_(query: dict[str, Any]) -> Response:
    """List the address book."""
    asked = asked_page(query, ORGANIZATION_KEY)
    narrowed = AddressFilter(words=query["words"], archived=query["archived"])
    rows = find_organizations(db.session(), current_actor().tenant_id, asked, narrowed)
    shown = [{name: row[name] for name in OrganizationOutSchema().fields} for row in rows[: asked.limit]]
    return list_response("organizations", shown, following(rows, asked, "sort_key", "id"))


@api.route("", methods=["POST"])
@idempotent
@api.arguments(OrganizationSchema)
@api.response(201, OrganizationOutSchema, headers={**ETAG, **LOCATION})
@api.alt_response(409, "CONFLICT")
@api.doc(summary="Stelle in das Adressbuch aufnehmen", parameters=[KEY])
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Add an entry."""
    with attempt(db.session()):
        added = add_organization(current_actor(), organization_of(command))
    body, _, headers = _answer(added)
    return body, 201, {**headers, "Location": url_for(".read", organization_id=added.id)}


@api.route("/<uuid:organization_id>")
@api.response(200, OrganizationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Eintrag des Adressbuchs lesen")
@requires(Permission.FUNDING_READ)
def read(organization_id: UUID) -> ResponseReturnValue:
    """Read an entry."""
    return _answer(get_organization(db.session(), organization_id))


@api.route("/<uuid:organization_id>", methods=["PUT"])
@api.arguments(OrganizationSchema)
@api.response(200, OrganizationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(summary="Eintrag des Adressbuchs ersetzen", parameters=[IF_MATCH])
@requires(Permission.FUNDING_WRITE)
def replace(command: dict[str, Any], organization_id: UUID) -> ResponseReturnValue:
    """Replace an entry."""
    seen(ORGANIZATION, organization_id)
    with attempt(db.session()):
        changed = change_organization(current_actor(), organization_id, organization_of(command))
    return _answer(changed)


@api.route("/<uuid:organization_id>/archive", methods=["POST"])
@api.response(200, OrganizationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Eintrag ablegen",
    description="Er steht danach nicht mehr zur Wahl. Was er erhalten hat, bleibt lesbar.",
)
@requires(Permission.FUNDING_WRITE)
def archive(organization_id: UUID) -> ResponseReturnValue:
    """Archive an entry."""
    return _answer(archive_organization(current_actor(), organization_id))


def _answer(row: Organization) -> tuple[dict[str, Any], int, dict[str, str]]:
    session = db.session()
    session.flush()
    session.refresh(row)
    return _body(row), 200, etag(ORGANIZATION, row)


def _body(row: Organization) -> dict[str, Any]:
    return {name: getattr(row, name) for name in OrganizationOutSchema().fields}
