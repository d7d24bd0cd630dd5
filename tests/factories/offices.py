"""Offices of a body."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from kimhub.offices.public import NewOffice, Office, add_office
from tenants import Role, transaction
from tests.factories.tenants import Body


def create_office(connection: Connection, body: Body, role: Role, email: str = "amt@kim.example") -> UUID:
    """Name the office of a role; one that is there keeps its id. Run by a role that may insert for any tenant."""
    office_id: UUID = connection.scalar(
        text(
            "INSERT INTO office (tenant_id, id, role, name, email, phone)"
            " VALUES (:tenant, gen_random_uuid(), :role, 'Amt für Integration', :email, '02241 13-0')"
            " ON CONFLICT (tenant_id, role) DO UPDATE SET email = excluded.email RETURNING id"
        ),
        {"tenant": body.id, "role": role, "email": email},
    )
    return office_id


def with_mailbox(body: Body, role: Role = Role.OFFICER, email: str = "amt@kim.example") -> Office:
    """Let the administration of a body name an office, in the test's own transaction."""
    administrator = body.actor(Role.ADMINISTRATOR)
    with transaction(administrator):
        return add_office(
            administrator, NewOffice(role=role, name="Amt für Integration", email=email, phone="02241 13-0")
        )
