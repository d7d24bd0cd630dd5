"""A real mail server that keeps what it is given."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from kimhub.core.settings import SmtpSecurity, SmtpServer


@dataclass
class Postbox:
    """What arrived, and what the server says to the next recipient or message."""

    arrived: list[EmailMessage] = field(default_factory=list)
    recipient_status: str = "250 OK"
    data_status: str = "250 OK"
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the name that aiosmtpd calls
        if self.recipient_status.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_status

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - as above
        if self.data_status.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            message["X-Envelope"] = f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)}"
            self.arrived.append(message)
        return self.data_status

    def server(self, **changes) -> SmtpServer:
        plain = SmtpServer("127.0.0.1", self.port, None, None, SmtpSecurity.NONE)
        return replace(plain, **changes)

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What arrived for somebody, the last first."""
        return [message for message in reversed(self.arrived) if message["To"] == address]


@contextmanager
def open_postbox(**options: Any) -> Iterator[Postbox]:
    """Serve one on a free port; the options are those of aiosmtpd's `Controller`."""
    box = Postbox()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, **options)
    controller.start()
    box.port = port
    yield box
    controller.stop()
