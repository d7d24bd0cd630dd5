"""Send a link to whoever forgot the password, without telling who has an account here."""

from __future__ import annotations

import secrets

import structlog

from kimhub.core.mail.outbox import address
from kimhub.identity import brake, gate
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.add_membership import LINK_PATH
from kimhub.identity.usecases.sign_in import normalised

_log = structlog.get_logger("kimhub.identity")

HOURS_OF_LINK = 2
_SUBJECT = "Ihr neues Passwort für das Portal zum Kommunalen Integrationsmanagement"


def request_password_link(email: str, network_address: str | None) -> None:
    """Have a link mailed that sets a new password, in the name of a tenant in which the person has a role.

    Nothing is told to the caller, not even by the time it takes: the wish is only written down, and decided a moment
    later by the relay (`PasswordLinkRequest`). An address that nobody has, a disabled account and one without any
    role end alike, and a request is counted before it is taken. Whoever follows the link owns the mailbox, so an
    account that waited for its confirmation is confirmed. Needs an app context; transactions of its own. Raises
    `InvalidInputError` for what is no mail address and `TooManyRequestsError`.
    """
    asked = normalised(email)
    recipient = address(asked)
    brake.attempt_link(asked, network_address)
    token = secrets.token_urlsafe(32)
    gate.ask_at_sign_in(
        gate.ASK_FOR_LINK,
        hash=hash_of(token),
        email=asked,
        recipient=recipient,
        subject=_SUBJECT,
        text=(
            "Jemand hat für Ihr Konto ein neues Passwort angefordert. Wenn Sie das waren, legen Sie es hier fest. "
            f"Der Link gilt {HOURS_OF_LINK} Stunden und nur einmal:\n\n"
            f"{issuer()}{LINK_PATH}?link={token}\n\n"
            "Wenn Sie es nicht waren, brauchen Sie nichts zu tun. Ihr bisheriges Passwort gilt weiter."
        ),
        hours=HOURS_OF_LINK,
    )
    _log.info("password_link_requested")
