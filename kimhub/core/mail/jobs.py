"""Sending a mail."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import bindparam, func, update

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.core.mail.delivery import AddressRefusedError, send_by_smtp, write_file
from kimhub.core.mail.holding import DELIVER
from kimhub.core.mail.message import message_of
from kimhub.core.mail.models import Mail
from kimhub.core.mail.outbox import address
from kimhub.core.settings import Settings
from tenants import Actor

_ATTEMPTS = 100
"""Nearly four days, an hour between two: so long mail servers try, too (RFC 5321 4.5.4.1)."""
_OPEN = update(Mail).where(
    Mail.tenant_id == bindparam("tenant"), Mail.id == bindparam("mail"), Mail.sent_at.is_(None)
)
_SENT = _OPEN.values(sent_at=func.clock_timestamp())
_REFUSED = _OPEN.values(refused_at=func.clock_timestamp())


@job(DELIVER, lane=Lane.SHORT, max_attempts=_ATTEMPTS, first_wait=10, time_limit=50)
def deliver_mail(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Send the mail unless it was sent.

    SMTP itself has a gap that nobody can close: if this process dies between the server's "250" and the commit,
    the mail goes out again, with the same Message-ID. A file is written once in any case. An address that the server
    does not know is noted: its tenant's administration sees it, the operator need not.
    """
    key = (actor.tenant_id, UUID(payload["mail_id"]))
    with context.reading() as session:
        mail = session.get(Mail, key)
    if mail is None:
        raise NotFoundError
    done = _SENT
    if mail.sent_at is None:
        try:
            _send(mail, actor)
        except AddressRefusedError:
            done = _REFUSED
    with context.completing() as session:
        session.execute(done, {"tenant": key[0], "mail": key[1]})


def _send(mail: Mail, actor: Actor) -> None:
    settings: Settings = current_app.extensions["kimhub.settings"]
    message = message_of(mail, tenant_name=actor.tenant_name, settings=settings)
    if settings.smtp is None:
        write_file(message, settings.mail_directory / f"{mail.created_at:%Y%m%dT%H%M%S}-{mail.id}.eml")
    else:
        sender = parseaddr(settings.mail_from)[1]
        send_by_smtp(message, settings.smtp, sender=sender, recipient=address(mail.recipient))
