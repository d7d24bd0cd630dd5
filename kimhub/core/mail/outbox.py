"""How a use case tells somebody something by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.jobs.outbox import each_after_commit
from kimhub.core.mail.holding import DELIVER
from kimhub.core.mail.models import Mail
from tenants import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be mailed to one person.

    `text` is what there is to say, in German, paragraphs separated by an empty line; greeting, closing and footer are
    added. `mail_id` is for whoever has written it down already; mails with the same `thread_id` are shown together.
    """

    to: str
    subject: str
    text: str
    mail_id: UUID = field(default_factory=uuid4)
    thread_id: UUID | None = None


def send_mail(session: Session, actor: Actor, letter: Letter) -> UUID:
    """Have a mail sent in the name of `actor`'s tenant once this transaction is committed; return its id.

    Raises `InvalidInputError` for what is no mail address.
    """
    send_mails(session, actor, [letter])
    return letter.mail_id


def send_mails(session: Session, actor: Actor, letters: Sequence[Letter]) -> None:
    """Have all of them sent likewise; raises `InvalidInputError` for what is no mail address."""
    for letter in letters:
        address(letter.to)
    session.add_all(
        Mail(
            tenant_id=actor.tenant_id,
            id=letter.mail_id,
            recipient=letter.to.strip(),  # as people know it; a mail server gets it by `address`
            subject=" ".join(letter.subject.split()),
            text=letter.text.strip(),
            thread_id=letter.thread_id,
        )
        for letter in letters
    )
    each_after_commit(session, actor, DELIVER, [{"mail_id": letter.mail_id} for letter in letters])


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
