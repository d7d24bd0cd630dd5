"""Offices of a body."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from tenants import Role
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
