"""Give a person a role in the own tenant."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.identity import gate, passwords
from kimhub.identity.usecases.sign_in import normalised
from tenants import Actor, Membership, Permission, Role, Tenant, db, roles_for

DAYS_OF_FIRST_PASSWORD = 14

constraint_error(
    "uq_membership_tenant_id_account_id_role", ConflictError, "Diese Person hat diese Rolle bereits."
)
constraint_error("ck_account_email", InvalidInputError, "Diese E-Mail-Adresse kann nicht verwendet werden.")


@dataclass(frozen=True)
class AddMembership:
    """Who, and as what. `display_name` is what colleagues see."""

    email: str
    display_name: str
    role: Role


@dataclass(frozen=True)
class AddedMember:
    """The membership; `first_password` only if the account is new. It is shown once and kept nowhere."""

    membership: Membership
    first_password: str | None


def available_roles(actor: Actor) -> list[Role]:
    """Return the roles that exist in the actor's tenant, in the order of `Role`."""
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    existing = roles_for(actor.tenant_kind, grant_recipient=tenant.is_grant_recipient)
    return [role for role in Role if role in existing]


def add_membership(actor: Actor, command: AddMembership) -> AddedMember:
    """Give the person with this address the role; the account is made if there is none.

    An account that this tenant makes opens no other tenant until the address is confirmed (models.Credential).
    Raises `InvalidInputError` for a role that does not exist in such a tenant, `ConflictError` if the person has
    the role already.
    """
    actor.require(Permission.MEMBER_MANAGE)
    if command.role not in available_roles(actor):
        raise InvalidInputError(
            fields={"role": [f"Die Rolle „{command.role.label}“ gibt es in Ihrer Verwaltung nicht."]}
        )
    session = db.session()
    first = passwords.first_password()
    account = session.execute(
        gate.ACCOUNT_FOR_MEMBER,
        {
            "new_id": uuid4(),
            "email": normalised(command.email),
            "display_name": command.display_name,
            "password_hash": passwords.hash_password(first),
            "days": DAYS_OF_FIRST_PASSWORD,
        },
    ).one()
    membership = session.scalars(
        select(Membership).where(
            Membership.tenant_id == actor.tenant_id,
            Membership.account_id == account.account_id,
            Membership.role == command.role,
        )
    ).one_or_none()
    if membership is None:
        membership = Membership(
            tenant_id=actor.tenant_id,
            id=uuid4(),
            account_id=account.account_id,
            role=command.role,
            display_name=command.display_name,
            email=normalised(command.email),
        )
        session.add(membership)
    elif membership.ended_at is None:
        raise ConflictError(f"{membership.display_name} hat diese Rolle bereits.")
    else:
        membership.ended_at = None
        membership.display_name = command.display_name
    session.flush()  # a simultaneous second one is refused here, not after the password was shown
    return AddedMember(membership, first if account.created else None)
