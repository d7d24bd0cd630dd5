"""Accounts, roles and machine clients for tests, arranged as the superuser (no rule of the platform is asked)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from kimhub.identity.passwords import hash_password
from tenants import Permission, Role
from tests.factories.tenants import Body

PASSWORD = "Kranich neben Regenrinne"


@cache
def hashed(password: str) -> str:
    """The hash of a password; hashing is slow on purpose, once is enough."""
    return hash_password(password)


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    account_id: UUID
    email: str
    password: str


def create_person(
    connection: Connection,
    email: str,
    *belongs_to: tuple[Body, Role],
    password: str = PASSWORD,
    initial: bool = False,
    vouched_by: Body | None = None,
) -> Person:
    """Make an account with roles; `connection` is the superuser's."""
    account_id = uuid4()
    connection.execute(
        text("INSERT INTO account (id, email, display_name) VALUES (:id, :email, :name)"),
        {"id": account_id, "email": email, "name": email.partition("@")[0]},
    )
    connection.execute(
        text(
            "INSERT INTO credential (account_id, password_hash, initial_until, vouched_by) VALUES"
            " (:id, :hash, CASE WHEN :initial THEN now() + interval '14 days' END, :vouched_by)"
        ),
        {
            "id": account_id,
            "hash": hashed(password),
            "initial": initial,
            "vouched_by": vouched_by.id if vouched_by else None,
        },
    )
    for body, role in belongs_to:
        create_membership(connection, account_id, email, body, role)
    return Person(account_id, email, password)


def create_membership(
    connection: Connection, account_id: UUID, email: str, body: Body, role: Role, *, accepted: bool = True
) -> UUID:
    """Give an account a role, which it has taken up unless it is only invited."""
    membership_id = uuid4()
    connection.execute(
        text(
            "INSERT INTO membership (tenant_id, id, account_id, role, display_name, email, accepted_at)"
            " VALUES (:tenant, :id, :account, :role, :name, :email, CASE WHEN :accepted THEN now() END)"
        ),
        {
            "tenant": body.id, "id": membership_id, "account": account_id, "role": role, "email": email,
            "name": f"{role.label} {body.name}", "accepted": accepted,
        },
    )  # fmt: skip
    return membership_id


@dataclass(frozen=True)
class Machine:
    """A registered client and its secret."""

    client_id: UUID
    secret: str


def create_machine(connection: Connection, body: Body, *scopes: Permission) -> Machine:
    """Register a client of a tenant."""
    machine = Machine(uuid4(), f"secret-{uuid4()}")
    connection.execute(
        text(
            "INSERT INTO oauth_client (tenant_id, id, name, scopes, secret_hash)"
            " VALUES (:tenant, :id, 'Fachverfahren', :scopes, :hash)"
        ),
        {
            "tenant": body.id,
            "id": machine.client_id,
            "scopes": [str(scope) for scope in scopes],
            "hash": hashlib.sha256(machine.secret.encode()).digest(),
        },
    )
    return machine
