"""Send a link to whoever forgot the password or signs in without one, without telling who has an account here."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import structlog

from kimhub.core.mail.outbox import address
from kimhub.identity import brake, gate
from kimhub.identity.models import LinkPurpose
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.add_membership import LINK_PATH, SIGN_IN_PATH
from kimhub.identity.usecases.sign_in import normalised

_log = structlog.get_logger("kimhub.identity")

HOURS_OF_LINK = 2
MINUTES_OF_SIGN_IN_LINK = 30
"""Mail servers that do not know a sender yet let a mail wait for some minutes, and phones ask for mail every 15."""
_NOT_ASKED = "Wenn Sie keinen Link angefordert haben, brauchen Sie nichts zu tun."
SIGN_IN_LINK_PATH = f"{SIGN_IN_PATH}/link"


@dataclass(frozen=True)
class Asking:
    """Who asks: the address that was typed, and what is known of the browser (brake.py)."""

    email: str
    network_address: str | None = None
    browser_mark: str | None = None


@dataclass(frozen=True)
class _Message:
    """What is mailed: `text` around a link, `otherwise` to whom no such link may be sent."""

    purpose: LinkPurpose
    path: str
    subject: str
    text: str
    minutes: int
    otherwise: str | None = None


def request_password_link(asking: Asking) -> None:
    """Have a link mailed that sets a new password, in the name of a tenant in which the person has a role.

    Nothing is told to the caller, not even by the time it takes: the wish is only written down, and decided a moment
    later by the relay (`LinkRequest`). An address that nobody has, a disabled account and one without any role end
    alike, and a request is counted before it is taken. Whoever follows the link owns the mailbox, so an account that
    waited for its confirmation is confirmed. Needs an app context; transactions of its own. Raises `InvalidInputError`
    for what is no mail address and `TooManyRequestsError`.
    """
    _request(
        asking,
        _Message(
            LinkPurpose.PASSWORD,
            LINK_PATH,
            "Ihr neues Passwort für das Portal zum Kommunalen Integrationsmanagement",
            "jemand hat für Ihr Konto ein neues Passwort angefordert. Wenn Sie das waren, legen Sie es hier fest. "
            f"Der Link gilt {HOURS_OF_LINK} Stunden und nur einmal:\n\n"
            "{link}\n\n"
            "Wenn Sie es nicht waren, brauchen Sie nichts zu tun. Ihr bisheriges Passwort gilt weiter.",
            HOURS_OF_LINK * 60,
        ),
    )


def request_sign_in_link(asking: Asking, target: str | None = None) -> None:
    """Have a link mailed that signs a committee member in, up to the page `target` (ADR 42).

    Taken down and decided as `request_password_link` is; raises the same. Whoever has another role gets a mail that
    names the way by password.
    """
    _request(
        asking,
        _Message(
            LinkPurpose.SIGN_IN,
            SIGN_IN_LINK_PATH,
            "Ihre Anmeldung im Portal zum Kommunalen Integrationsmanagement",
            "jemand möchte sich mit Ihrer E-Mail-Adresse anmelden. Wenn Sie das sind, öffnen Sie diesen Link. Er gilt "
            f"{MINUTES_OF_SIGN_IN_LINK} Minuten und nur einmal:\n\n"
            "{link}\n\n"
            f"Geben Sie ihn nicht weiter: Wer ihn hat, kann sich damit anmelden. {_NOT_ASKED}",
            MINUTES_OF_SIGN_IN_LINK,
            otherwise=(
                "jemand hat für Ihre E-Mail-Adresse einen Link zum Anmelden angefordert. Solche Links bekommen nur "
                "Mitglieder eines Gremiums, die keine andere Rolle haben. Melden Sie sich mit Ihrem Passwort an:\n\n"
                f"{issuer()}{SIGN_IN_PATH}\n\n"
                f"Haben Sie es vergessen, wählen Sie dort „Passwort vergessen?“. {_NOT_ASKED}"
            ),
        ),
        target,
    )


def _request(asking: Asking, message: _Message, target: str | None = None) -> None:
    asked = normalised(asking.email)
    recipient = address(asked)
    brake.attempt_link(asked, asking.network_address, asking.browser_mark)
    token = secrets.token_urlsafe(32)
    gate.ask_at_sign_in(
        gate.ASK_FOR_LINK,
        hash=hash_of(token),
        purpose=message.purpose,
        email=asked,
        recipient=recipient,
        subject=message.subject,
        text=message.text.format(link=f"{issuer()}{message.path}?link={token}"),
        otherwise=message.otherwise,
        target=target,
        minutes=message.minutes,
    )
    _log.info("link_requested", purpose=message.purpose)
