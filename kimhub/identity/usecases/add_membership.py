"""Give a person a role in the own tenant."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select

from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.core.mail.outbox import send_mail
from kimhub.core.secret import Secret
from kimhub.identity import gate, passwords
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.sign_in import normalised
from tenants import Actor, Membership, Permission, Role, Tenant, db, roles_for
from tenants.naming import nominative, to_begin

DAYS_OF_FIRST_PASSWORD = 14
DAYS_OF_LINK = 7
LINK_PATH = "/konto/einrichten"

constraint_error(
    "uq_membership_tenant_id_account_id_role",
    ConflictError,
    "Diese Person hat diese Rolle bereits.",
    field="role",
)
constraint_error(
    "ck_account_email",
    InvalidInputError,
    "Diese E-Mail-Adresse kann nicht verwendet werden.",
    field="email",
)


class Handover(StrEnum):
    """How a person gets into a new account: by a link to their address, or by a password handed over in person."""

    MAIL = "mail"
    PASSWORD = "password"  # noqa: S105 - a way, not a secret


@dataclass(frozen=True)
class AddMembership:
    """Who, and as what. `display_name` is what colleagues see."""

    email: str
    display_name: str
    role: Role
    handover: Handover = Handover.MAIL


@dataclass(frozen=True)
class AddedMember:
    """The membership, and how the person gets in.

    `first_password` only if the account is new and it is to be handed over; it is shown once and kept nowhere.
    `waits` says that the role takes effect only when the person has confirmed the address.
    """

    membership: Membership
    first_password: Secret | None
    waits: bool


def available_roles(actor: Actor) -> list[Role]:
    """Return the roles that exist in the actor's tenant, in the order of `Role`."""
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    existing = roles_for(actor.tenant_kind, grant_recipient=tenant.is_grant_recipient)
    return [role for role in Role if role in existing]


def add_membership(actor: Actor, command: AddMembership) -> AddedMember:
    """Give the person with this address the role; the account is made if there is none.

    An account that a tenant makes opens that tenant and no other until the address is confirmed by following a
    link (models.Credential). With `Handover.MAIL` the person is told by mail, with such a link where one is due.
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
    membership = _membership(actor, command, account.account_id)
    session.flush()  # the link needs the membership; a simultaneous second one is refused before anything is told
    if command.handover is Handover.MAIL:
        _tell(actor, command, account.account_id)
    handed_over = account.created and command.handover is Handover.PASSWORD
    return AddedMember(
        membership,
        first_password=first if handed_over else None,
        waits=not account.confirmed and not handed_over,
    )


def _membership(actor: Actor, command: AddMembership, account_id: UUID) -> Membership:
    session = db.session()
    known = session.scalars(
        select(Membership).where(
            Membership.tenant_id == actor.tenant_id,
            Membership.account_id == account_id,
            Membership.role == command.role,
        )
    ).one_or_none()
    if known is None:
        known = Membership(
            tenant_id=actor.tenant_id,
            id=uuid4(),
            account_id=account_id,
            role=command.role,
            display_name=command.display_name,
            email=normalised(command.email),
        )
        session.add(known)
    elif known.ended_at is None:
        raise ConflictError(f"{known.display_name} hat diese Rolle bereits.")
    else:
        known.ended_at = None
        known.display_name = command.display_name
    return known


def _tell(actor: Actor, command: AddMembership, account_id: UUID) -> None:
    session = db.session()
    token = secrets.token_urlsafe(32)
    issued: bool = session.execute(
        gate.ISSUE_LINK, {"hash": hash_of(token), "account_id": account_id, "days": DAYS_OF_LINK}
    ).scalar_one()
    if issued:
        way = (
            f"Legen Sie hier Ihr Passwort fest. Der Link gilt {DAYS_OF_LINK} Tage und nur einmal:\n\n"
            f"{issuer()}{LINK_PATH}?link={token}\n\n"
            "Wenn Sie nicht wissen, worum es geht, brauchen Sie nichts zu tun."
        )
    else:
        way = f"Melden Sie sich wie gewohnt an:\n\n{issuer()}/t/{actor.tenant_slug}/"
    send_mail(
        session,
        actor,
        to=normalised(command.email),
        subject=f"Ihre Rolle im Portal für das Kommunale Integrationsmanagement: {command.role.label}",
        text=f"{to_begin(nominative(actor.tenant_name))} hat Ihnen die Rolle „{command.role.label}“ gegeben.\n\n{way}",
    )
