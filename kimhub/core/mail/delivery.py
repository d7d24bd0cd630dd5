"""Handing a message over: to the SMTP server of the settings, or as a file where there is none."""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from kimhub.core.jobs.errors import JobError
from kimhub.core.settings import SmtpSecurity, SmtpServer

_SECONDS = 15
"""To wait for each answer of the mail server."""
_PERMANENT = 500
_NO_ADDRESS = {550, 551, 553}
"""RFC 5321 4.2.2: no such mailbox, not local, name not allowed."""
_ENHANCED = re.compile(rb"5\.(\d{1,3})\.")


class AddressRefusedError(Exception):
    """The server says that nobody can be reached at this address: for whoever entered it to put right."""


def is_no_address(status: int, said: bytes) -> bool:
    """Return whether a refusal is about the address, and not about who sends (relaying, policy, reputation).

    RFC 3463: the second figure of „5.1.1“ is 1 for the address and 2 for the mailbox. Servers that give none mean it by
    some statuses.
    """
    enhanced = _ENHANCED.match(said)
    if status < _PERMANENT:
        return False
    return enhanced.group(1) in {b"1", b"2"} if enhanced else status in _NO_ADDRESS


def write_file(message: EmailMessage, path: Path) -> None:
    """Write the message to `path`, whole or not at all; writing it again changes nothing."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(message.as_bytes())
    unfinished.replace(path)


def send_by_smtp(message: EmailMessage, server: SmtpServer, *, sender: str, recipient: str) -> None:
    """Hand the message to the server; returning means that it has taken it.

    Raises `AddressRefusedError` where the server says that the address is none, and otherwise `JobError` with its
    status as code, final where it refuses for good.
    """
    try:
        smtp = _connect(server)
        try:
            smtp.send_message(message, from_addr=sender, to_addrs=[recipient])
        finally:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()  # whatever it answers now, it has the message or refused it
    except smtplib.SMTPRecipientsRefused as error:
        status, said = next(iter(error.recipients.values()))
        if is_no_address(status, said):
            raise AddressRefusedError from error
        raise JobError(f"smtp-{status}", final=status >= _PERMANENT) from error
    except smtplib.SMTPDataError as error:
        raise JobError(f"smtp-{error.smtp_code}", final=error.smtp_code >= _PERMANENT) from error
    except smtplib.SMTPResponseException as error:  # sign-in, sender: for the operator to put right
        raise JobError(f"smtp-{error.smtp_code}") from error
    except ssl.SSLError as error:
        raise JobError("smtp-tls") from error
    except smtplib.SMTPNotSupportedError as error:  # no STARTTLS, although it is demanded
        raise JobError("smtp-not-supported") from error
    except (smtplib.SMTPException, OSError) as error:
        raise JobError("smtp-unreachable") from error


def _connect(server: SmtpServer) -> smtplib.SMTP:
    if server.security is SmtpSecurity.TLS:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=_SECONDS, context=ssl.create_default_context()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        if server.security is SmtpSecurity.STARTTLS:
            smtp.starttls(context=ssl.create_default_context())
        if server.username is not None:
            smtp.login(server.username, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp
