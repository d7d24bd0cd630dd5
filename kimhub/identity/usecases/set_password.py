"""Set a password by the link that came by mail, and so prove that the address is one's own."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from kimhub.core.errors import InvalidInputError, KimhubError
from kimhub.identity import gate, passwords
from kimhub.identity.sessions import hash_of
from tenants import db

_log = structlog.get_logger("kimhub.identity")


class LinkOverError(KimhubError):
    """The link was used, is too old, or never existed: all the same to whoever holds it."""

    status = 410
    code = "link-over"
    title = "Dieser Link gilt nicht mehr"

    def __init__(self) -> None:
        super().__init__(
            "Jeder Link gilt nur einmal und nur eine begrenzte Zeit. Fordern Sie auf der Seite „Anmelden“ mit "
            "„Passwort vergessen“ einen neuen an."
        )


@dataclass(frozen=True)
class SetPassword:
    """The new password, twice as typed."""

    new_password: str
    repeated_password: str


@dataclass(frozen=True)
class LinkOwner:
    """Whose password a link sets; `without_password` says that it may be followed without choosing one (ADR 42)."""

    account_id: UUID
    email: str
    display_name: str
    without_password: bool


def owner_of_link(token: str) -> LinkOwner:
    """Return whose password the link sets; raises `LinkOverError`."""
    row = db.session().execute(gate.LINK_FOR, {"hash": hash_of(token)}).one_or_none()
    if row is None:
        raise LinkOverError
    return LinkOwner(**row._asdict())


def set_password(token: str, command: SetPassword) -> None:
    """Set the password; all sessions and other links of the account end.

    Raises `LinkOverError`, and `InvalidInputError` for a weak password.
    """
    owner = owner_of_link(token)
    if command.new_password != command.repeated_password:
        raise InvalidInputError(
            fields={"repeated_password": ["Die beiden Passwörter stimmen nicht überein."]}
        )
    if weak := passwords.weaknesses(command.new_password, about=(owner.email, owner.display_name)):
        raise InvalidInputError(fields={"new_password": weak})
    values = {"hash": hash_of(token), "password_hash": passwords.hash_password(command.new_password)}
    used: bool = db.session().execute(gate.USE_LINK, values).scalar_one()
    if not used:
        raise LinkOverError
    _log.info("password_set_by_link", account_id=str(owner.account_id))
