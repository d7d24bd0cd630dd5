"""Contact data of the own offices over the API: what a body's service directory may keep up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import Resource, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.offices.models import OFFICE_ROLES, Office
from kimhub.offices.queries import OFFICE, OFFICES
from kimhub.offices.schemas import NewOfficeSchema, OfficeSchema
from kimhub.offices.usecases.offices import (
    NewOffice,
    OfficeDetails,
    add_office,
    change_office,
    remove_office,
)
from tenants import Actor, Permission, db


class OfficeOutSchema(CommandSchema):
    """An office."""

    id = plain.UUID(required=True)
    role = plain.String(required=True, metadata={"enum": [role.value for role in OFFICE_ROLES]})
    name = plain.String(required=True, metadata={"description": "Amt oder Stelle, keine Person"})
    email = plain.String(
        required=True, metadata={"description": "Funktionspostfach; leer, wo keines genannt ist"}
    )
    phone = plain.String(required=True, metadata={"description": "Leer, wo keines genannt ist"})


offices = Resource(
    "offices",
    "Kontaktdaten: wie die eigenen Stellen zu erreichen sind; andere Kommunen sehen sie an gemeinsamen Vorgängen",
    thing=OFFICE,
    shape=OfficeOutSchema,
    names="office_id",
    read=Permission.MEMBER_READ,
    write=Permission.CONTACT_MANAGE,
    blueprint="offices-api",
)


@offices.list(OfficeOutSchema, "Eigene Stellen auflisten", listed=OFFICES)
def list_(actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """List the offices of the own body."""
    return OFFICES.fetch(db.session(), actor.tenant_id, asked)


offices.read("Stelle lesen")


@offices.create(
    NewOfficeSchema, "Stelle nennen", "Je Zuständigkeit eine. Alle Kommunen in KIMHub können die Angaben sehen.",
    refused=(409,),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Office:
    """Name the office of a role."""
    return add_office(actor, NewOffice(**command))


@offices.change(OfficeSchema, "Kontaktdaten einer Stelle ersetzen")
def replace(actor: Actor, office: Office, command: dict[str, Any]) -> None:
    """Change how an office is reached."""
    change_office(actor, office.id, OfficeDetails(**command))


@offices.change(
    None,
    "Stelle entfernen",
    "Andere sehen danach nicht mehr, an wen sie sich wenden können.",
    method="DELETE",
)
def remove(actor: Actor, office: Office) -> None:
    """Name no office any more."""
    remove_office(actor, office.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, offices.blueprint)
