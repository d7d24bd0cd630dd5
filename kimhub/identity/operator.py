"""What the platform's operator may do with accounts: hand them out, set a new first password, shut them out.

Roles are given by a tenant itself, or by the platform in its name. All functions take the owner's connection; the
operator vouches for the address, so the account opens every tenant in which it has a role.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from kimhub.core.errors import ConflictError
from kimhub.identity import passwords
from kimhub.identity.usecases.add_membership import DAYS_OF_FIRST_PASSWORD
from kimhub.identity.usecases.sign_in import normalised
from tenants.binding import bind_operator

_PROVIDE = text("SELECT * FROM app.account_provide(:id, :email, :name, :hash, :days)")
_RESET = text("SELECT app.account_reset(:email, :hash, :days)")
_ACCEPT = text("SELECT app.membership_accept(:account, :tenant)")
_DISABLE = text("SELECT app.account_disable(:email, :disable)")


class UnconfirmedAccountError(ConflictError):
    """A tenant made this account and nobody has proven to own the address; the operator must not vouch in passing."""

    code = "unconfirmed-account"
    title = "Die E-Mail-Adresse ist nicht bestätigt"


def provide_account(
    connection: Connection, *, email: str, display_name: str, password: str, lasting: bool = False
) -> tuple[UUID, bool]:
    """Return the account with this address and whether it was made now, with `password`.

    The password must be replaced at the first sign-in, unless it is `lasting`. An account that exists keeps its own.
    Raises `UnconfirmedAccountError`.
    """
    row = connection.execute(
        _PROVIDE,
        {
            "id": uuid4(),
            "email": normalised(email),
            "name": display_name,
            "hash": passwords.hash_password(password),
            "days": None if lasting else DAYS_OF_FIRST_PASSWORD,
        },
    ).one()
    if not row.confirmed:
        raise UnconfirmedAccountError(
            f"Eine Kommune hat das Konto {normalised(email)} angelegt. Setzen Sie mit „kimhub accounts password“ ein "
            "neues Startpasswort und geben Sie es der Person selbst."
        )
    return row.account_id, row.created


def accept_memberships(connection: Connection, account_id: UUID, tenant_id: int) -> None:
    """Let the roles that a tenant has given to this account count at once: the operator vouches for the person."""
    bind_operator(connection)
    connection.execute(_ACCEPT, {"account": account_id, "tenant": tenant_id})


def reset_password(connection: Connection, email: str, password: str, *, lasting: bool = False) -> bool:
    """Set a new password, end all sessions, and vouch for the address; False if there is no such account."""
    days = None if lasting else DAYS_OF_FIRST_PASSWORD
    values = {"email": normalised(email), "hash": passwords.hash_password(password), "days": days}
    return bool(connection.execute(_RESET, values).scalar_one())


def disable_account(connection: Connection, email: str, *, disable: bool = True) -> bool:
    """Shut an account out of all tenants at once, or let it in again; False if there is no such account."""
    return bool(connection.execute(_DISABLE, {"email": normalised(email), "disable": disable}).scalar_one())
