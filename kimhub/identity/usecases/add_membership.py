"""Give a person a role in the own tenant."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select

from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.core.mail.outbox import Letter, send_mail
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
SIGN_IN_PATH = "/anmelden"
ACCESS_PATH = "/zugang"
"""Where a person sees for whom they may work, and who has invited them."""

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
    """The membership, and what is handed to the person.

    `invited` says that the role counts only when the person has taken it up; False for whoever belongs to the tenant
    already. `first_password` is shown once and kept nowhere. It is there whenever somebody was invited with
    `Handover.PASSWORD`, so that nobody learns whether the address has an account: to who has one it is of no use.
    """

    membership: Membership
    invited: bool
    first_password: Secret | None


def available_roles(actor: Actor) -> list[Role]:
    """Return the roles that exist in the actor's tenant, in the order of `Role`."""
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    existing = roles_for(actor.tenant_kind, grant_recipient=tenant.is_grant_recipient)
    return [role for role in Role if role in existing]


def add_membership(actor: Actor, command: AddMembership) -> AddedMember:
    """Give the person with this address the role; the account is made if there is none.

    Whether there was one is told to nobody: the answer is the same, and the role waits until its person takes it up
    (`Membership`). An account that a tenant makes opens that tenant and no other until the address is confirmed by
    following a link (models.Credential). With `Handover.MAIL` the person is told by mail, with such a link where one is
    due. Inviting somebody again who has not answered sends the mail again, or gives another first password.
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
    account_id: UUID = session.execute(
        gate.ACCOUNT_FOR_MEMBER,
        {
            "new_id": uuid4(),
            "email": normalised(command.email),
            "display_name": command.display_name,
            "password_hash": passwords.hash_password(first),
            "days": DAYS_OF_FIRST_PASSWORD,
        },
    ).scalar_one()
    membership = _membership(actor, command, account_id)
    session.flush()  # the link needs the membership; a simultaneous second one is refused before anything is told
    session.refresh(membership)  # the database says whether the role counts already
    invited = membership.accepted_at is None
    if command.handover is Handover.MAIL:
        _tell(actor, command, account_id, invited=invited)
    handed_over = invited and command.handover is Handover.PASSWORD
    return AddedMember(membership, invited, Secret(first) if handed_over else None)


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
    elif known.ended_at is None and known.accepted_at is not None:
        raise ConflictError(f"{known.display_name} hat diese Rolle bereits.")
    else:
        known.ended_at = None
        known.display_name = command.display_name
    return known


def _tell(actor: Actor, command: AddMembership, account_id: UUID, *, invited: bool) -> None:
    session = db.session()
    token = secrets.token_urlsafe(32)
    issued: bool = session.execute(
        gate.ISSUE_LINK, {"hash": hash_of(token), "account_id": account_id, "days": DAYS_OF_LINK}
    ).scalar_one()
    if issued:
        step = (
            "Nehmen Sie die Einladung hier an."
            if command.role is Role.COMMITTEE_MEMBER
            else "Legen Sie hier Ihr Passwort fest; damit nehmen Sie die Einladung an."
        )
        way = (
            f"{step} Der Link gilt {DAYS_OF_LINK} Tage und nur einmal:\n\n{issuer()}{LINK_PATH}?link={token}"
        )
    elif invited:
        way = f"Melden Sie sich wie gewohnt an und nehmen Sie die Einladung an:\n\n{issuer()}{ACCESS_PATH}"
    else:
        way = f"Melden Sie sich wie gewohnt an:\n\n{issuer()}/t/{actor.tenant_slug}/"
    whose = to_begin(nominative(actor.tenant_name))
    role = f"die Rolle „{command.role.label}“"
    told = f"{whose} lädt Sie ein, {role} zu übernehmen." if invited else f"{whose} hat Ihnen {role} gegeben."
    rest = "\n\nWenn Sie nicht wissen, worum es geht, brauchen Sie nichts zu tun." if invited else ""
    send_mail(
        session,
        actor,
        Letter(
            to=normalised(command.email),
            subject=f"Ihre Rolle im Portal für das Kommunale Integrationsmanagement: {command.role.label}",
            text=f"{told}\n\n{way}{rest}",
        ),
    )
