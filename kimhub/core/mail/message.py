"""What a mail looks like on the wire: plain text, the same bytes at every attempt."""

from __future__ import annotations

import textwrap
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from jinja2 import Environment, PackageLoader, StrictUndefined

from kimhub.core.mail.models import Mail
from kimhub.core.mail.outbox import address
from kimhub.core.settings import Settings

LINE_LENGTH = 72

_templates = Environment(
    loader=PackageLoader("kimhub.core.mail"),
    autoescape=False,  # noqa: S701 - plain text, not HTML
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def message_of(mail: Mail, *, tenant_name: str, settings: Settings) -> EmailMessage:
    """Return the message for `mail`. Its Message-ID is the mail's own, so servers recognise a repetition."""
    sender = Address(addr_spec=parseaddr(settings.mail_from)[1])
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(f"{tenant_name} über KIMHub", sender.username, sender.domain)
    message["To"] = Address(addr_spec=address(mail.recipient))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id}@{sender.domain}>"
    if (
        mail.thread_id is not None
    ):  # as if each answered a first mail, which is none: so they stand together (RFC 5322)
        message["In-Reply-To"] = message["References"] = f"<{mail.thread_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: absence notices do not answer it
    message.set_content(
        _templates.get_template("layout.txt").render(
            text=wrapped(mail.text), tenant_name=tenant_name, base_url=settings.base_url
        ),
        cte="quoted-printable",  # understood by servers that take ASCII only
    )
    message["Content-Language"] = "de"  # after the content, which brings its own headers
    return message


def wrapped(text: str) -> str:
    """Return `text` in lines of 72 characters at most; addresses of pages stay whole."""
    return "\n".join(
        textwrap.fill(line, LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
