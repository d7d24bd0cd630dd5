"""Sign in with e-mail address and password; sign out."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import structlog

from kimhub.core.errors import KimhubError
from kimhub.identity import brake, gate, passwords
from kimhub.identity.sessions import hash_of, start_session
from tenants import db

_log = structlog.get_logger("kimhub.identity")


class SignInRefusedError(KimhubError):
    """Address and password do not belong together. Which of the two is wrong is nobody's business (ASVS 6.3.8)."""

    status = 422
    code = "sign-in-refused"
    title = "Die Anmeldung war nicht möglich"

    def __init__(self) -> None:
        super().__init__("Die E-Mail-Adresse oder das Passwort ist nicht richtig.")


@dataclass(frozen=True)
class SignInCommand:
    """What somebody typed, and what is known of the browser: its address, its mark (brake.py), its coarse name."""

    email: str
    password: str
    address: str | None = None
    browser_mark: str | None = None
    device: str = ""
    previous_token: str | None = None
    """The session this browser was in until now; it ends."""


@dataclass(frozen=True)
class SignedIn:
    """A session has begun. `token` goes into the cookie and nowhere else; `tenant_id` None: still to be chosen."""

    account_id: UUID
    token: str
    tenant_id: int | None
    browser_mark: str


def sign_in(command: SignInCommand) -> SignedIn:
    """Begin a session for whoever knows the password.

    Raises `TooManyRequestsError` while the brake is on and `SignInRefusedError` alike for an unknown address, a
    wrong password, a disabled account and an expired first password, after the same time.
    """
    email = normalised(command.email)
    with brake.attempt_sign_in(email, command.address, command.browser_mark) as attempt:
        credential = gate.ask_at_sign_in(gate.CREDENTIAL_FOR, email=email)
        stored = credential.password_hash if credential else None
        if not passwords.matches(stored, command.password) or credential is None:
            _log.warning("sign_in_failed", account_id=str(credential.account_id) if credential else None)
            raise SignInRefusedError
        attempt.succeeded()
    account_id: UUID = credential.account_id
    session = db.session()
    if passwords.outdated(credential.password_hash):
        session.execute(
            gate.REPLACE_CREDENTIAL,
            {
                "account_id": account_id,
                "old_hash": credential.password_hash,
                "new_hash": passwords.hash_password(command.password),
                "chosen": False,
            },
        )
    if command.previous_token:
        session.execute(gate.END_SESSION, {"hash": hash_of(command.previous_token)})
    token, tenant_id = start_session(session, account_id, command.device)
    _log.info("sign_in", account_id=str(account_id), tenant_id=tenant_id)
    return SignedIn(account_id, token, tenant_id, brake.browser_mark(email))


def sign_out(token: str) -> None:
    """End the session; ending one that is over changes nothing."""
    db.session().execute(gate.END_SESSION, {"hash": hash_of(token)})
    _log.info("sign_out")


def normalised(email: str) -> str:
    """Return an e-mail address as accounts hold it."""
    return email.strip().lower()
