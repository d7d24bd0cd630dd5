"""Send a link to whoever forgot the password, without telling who has an account here."""

from __future__ import annotations

import secrets

import structlog

from kimhub.core.mail.outbox import address, send_mail
from kimhub.identity import brake, gate
from kimhub.identity.sessions import hash_of
from kimhub.identity.tokens import issuer
from kimhub.identity.usecases.add_membership import LINK_PATH
from kimhub.identity.usecases.sign_in import normalised
from tenants import SigningIn, TenantKind, db, system_actor, transaction

_log = structlog.get_logger("kimhub.identity")

HOURS_OF_LINK = 2


def request_password_link(email: str, network_address: str | None) -> None:
    """Mail a link that sets a new password, in the name of a tenant in which the person has a role.

    Nothing is told to the caller: an address that nobody has, a disabled account and one without any role end alike,
    and a request is counted before anything is looked up. Whoever follows the link owns the mailbox, so an account
    that waited for its confirmation is confirmed. Needs an app context; transactions of its own. Raises
    `InvalidInputError` for what is no mail address and `TooManyRequestsError`.
    """
    asked = normalised(email)
    address(asked)
    brake.attempt_link(asked, network_address)
    token = secrets.token_urlsafe(32)
    with transaction(SigningIn()) as session:
        values = {"hash": hash_of(token), "email": asked, "hours": HOURS_OF_LINK}
        tenant = session.execute(gate.REQUEST_LINK, values).one_or_none()
    if tenant is None:
        _log.info("password_link_requested", known=False)
        return
    actor = system_actor(
        tenant_id=tenant.tenant_id,
        tenant_slug=tenant.tenant_slug,
        tenant_name=tenant.tenant_name,
        tenant_kind=TenantKind(tenant.tenant_kind),
    )
    with transaction(actor):
        send_mail(
            db.session(),
            actor,
            to=asked,
            subject="Ihr neues Passwort für das Portal zum Kommunalen Integrationsmanagement",
            text=(
                "Jemand hat für Ihr Konto ein neues Passwort angefordert. Wenn Sie das waren, legen Sie es hier fest. "
                f"Der Link gilt {HOURS_OF_LINK} Stunden und nur einmal:\n\n"
                f"{issuer()}{LINK_PATH}?link={token}\n\n"
                "Wenn Sie es nicht waren, brauchen Sie nichts zu tun. Ihr bisheriges Passwort gilt weiter."
            ),
        )
    _log.info("password_link_requested", known=True, tenant_id=tenant.tenant_id)
