"""Secrets that the embedded mode makes for itself: once, readable by the owner only, kept in var/.

And keys that are made from a secret, each for one purpose.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def made_once(path: Path, make: Callable[[], str]) -> str:
    """Return the secret kept in `path`; make it if there is none. Two processes at once agree on one.

    The file gets mode 0600 and appears complete or not at all.
    Raises OSError where it cannot be read or written.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    return path.read_text().strip()


def new_session_secret() -> str:
    """Return a fresh secret for signing sessions: 256 random bits as text of 43 characters."""
    return secrets.token_urlsafe(32)


def new_signing_key() -> str:
    """Return a fresh private key for ES256 (RFC 7518 §3.4: curve P-256) as PKCS #8 PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem.decode("ascii")


def derived_key(secret: str, purpose: str) -> bytes:
    """Return 256 bits made from `secret` for one purpose (HKDF, RFC 5869): of no use for any other."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
