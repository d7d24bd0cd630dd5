"""Choose a new password: proven by the old one; every other session of the person ends, this one gets a new id."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from kimhub.core.errors import ConflictError, InvalidInputError, NotSignedInError
from kimhub.identity import brake, gate, passwords
from kimhub.identity.sessions import SignIn, hash_of, replace_session
from kimhub.identity.usecases.choose_tenant import tenant_choices
from tenants import db

_log = structlog.get_logger("kimhub.identity")


@dataclass(frozen=True)
class ChangePassword:
    """The old and the new password, as typed."""

    current_password: str
    new_password: str
    repeated_password: str


def change_password(sign_in: SignIn, token: str, command: ChangePassword) -> str:
    """Replace the password and return the new session id.

    Raises `InvalidInputError` for a wrong old or a weak new password, `TooManyRequestsError` while the brake is on,
    `ConflictError` when the password was changed at the same moment.
    """
    session = db.session()
    credential = session.execute(gate.CREDENTIAL_OF_SESSION, {"hash": hash_of(token)}).one_or_none()
    if credential is None:
        raise NotSignedInError("Bitte melden Sie sich an.")
    _check_new(command, about=(credential.email, credential.display_name))
    with brake.attempt_confirmation(sign_in.account_id) as attempt:
        if not passwords.matches(credential.password_hash, command.current_password):
            _log.warning("password_confirmation_failed", account_id=str(sign_in.account_id))
            raise _at("current_password", "Das bisherige Passwort ist nicht richtig.")
        attempt.succeeded()
    replaced: bool = session.execute(
        gate.REPLACE_CREDENTIAL,
        {
            "account_id": sign_in.account_id,
            "old_hash": credential.password_hash,
            "new_hash": passwords.hash_password(command.new_password),
            "chosen": True,
        },
    ).scalar_one()
    session.execute(gate.END_OWN_SESSION, {"hash": hash_of(token), "which": None})
    fresh = replace_session(session, token, _tenant_from_now_on(sign_in, token))
    if not replaced or fresh is None:
        raise ConflictError(
            "Das Passwort wurde gerade an anderer Stelle geändert. Bitte melden Sie sich neu an."
        )
    _log.info("password_changed", account_id=str(sign_in.account_id))
    return fresh


def _tenant_from_now_on(sign_in: SignIn, token: str) -> int | None:
    """Return the tenant of the session: the same, or the only one, whose role was taken up with the new password."""
    if sign_in.tenant:
        return sign_in.tenant.tenant_id
    choices = tenant_choices(token)
    return choices[0].tenant_id if len(choices) == 1 else None


def _check_new(command: ChangePassword, *, about: tuple[str, ...]) -> None:
    if command.new_password != command.repeated_password:
        raise _at("repeated_password", "Die beiden neuen Passwörter stimmen nicht überein.")
    if command.new_password == command.current_password:
        raise _at("new_password", "Das neue Passwort muss sich vom bisherigen unterscheiden.")
    if weak := passwords.weaknesses(command.new_password, about=about):
        raise _at("new_password", *weak)


def _at(field: str, *messages: str) -> InvalidInputError:
    return InvalidInputError(fields={field: list(messages)})
