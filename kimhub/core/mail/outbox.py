"""How a use case tells somebody something by mail."""

from __future__ import annotations

from email.errors import MessageError
from email.headerregistry import Address
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.mail.models import Mail
from tenants import Actor


def send_mail(
    session: Session, actor: Actor, *, to: str, subject: str, text: str, mail_id: UUID | None = None
) -> UUID:
    """Have a mail sent in the name of `actor`'s tenant once this transaction is committed; return its id.

    `text` is what there is to say, in German, paragraphs separated by an empty line; greeting, closing and footer
    are added. `mail_id` is for whoever has written it down already. Raises `InvalidInputError` for what is no mail
    address.
    """
    mail = Mail(
        tenant_id=actor.tenant_id,
        id=mail_id or uuid4(),
        recipient=address(to),
        subject=" ".join(subject.split()),
        text=text.strip(),
    )
    session.add(mail)
    after_commit(session, actor, "mail.deliver", {"mail_id": mail.id})
    return mail.id


def address(given: str) -> str:
    """Return a mail address as a mail server takes it: names of hosts with umlauts in their ASCII form.

    Raises `InvalidInputError`.
    """
    try:
        local, at, host = given.strip().rpartition("@")
        parsed = Address(addr_spec=f"{local}{at}{host.encode('idna').decode('ascii')}")
    except (MessageError, ValueError, IndexError) as error:
        raise _no_address() from error
    if not (local.isascii() and parsed.username and parsed.domain):
        raise _no_address()
    return parsed.addr_spec


def _no_address() -> InvalidInputError:
    return InvalidInputError(
        "Diese E-Mail-Adresse ist nicht gültig.",
        fields={"email": ["Geben Sie eine Adresse an wie name@kommune.example."]},
    )
