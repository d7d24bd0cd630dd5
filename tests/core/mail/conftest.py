"""A real mail server that keeps what it is given."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.data_status.startswith("250"):
            message = message_from_bytes(envelope.content, policy=default)
            message["X-Envelope"] = f"{envelope.mail_from} {' '.join(envelope.rcpt_tos)}"
            self.arrived.append(message)
        return self.data_status

    def server(self, **changes) -> SmtpServer:
        plain = SmtpServer("127.0.0.1", self.port, None, None, SmtpSecurity.NONE)
        return replace(plain, **changes)


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    yield from _serve(controller, box)


@pytest.fixture
def secure_postbox(certificate: Path) -> Iterator[Postbox]:
    """Takes mail over STARTTLS only, from those who sign in."""
    box = Postbox()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)

    def sign_in(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"kim", b"geheim"), handled=False)

    controller = Controller(
        box, hostname="127.0.0.1", port=_free_port(), tls_context=tls, require_starttls=True, authenticator=sign_in,
        auth_required=True,
    )  # fmt: skip
    yield from _serve(controller, box)


def _serve(controller: Controller, box: Postbox) -> Iterator[Postbox]:
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def certificate_known(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the certificate among those that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]
