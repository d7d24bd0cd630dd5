"""The proof that a binding was made by a process of this installation (HMAC-SHA-256, RFC 2104).

Who acts is said by settings of the transaction, and any SQL can set those. So they carry a proof over all of them,
which only a process that holds the binding key can make and which `app.tenant` checks. PostgreSQL has no HMAC of its
own; it has sha256, and two blocks derived from the key (the pads of RFC 2104) are all that HMAC needs beside it.
"""

from __future__ import annotations

import hmac
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

BLOCK = 64
"""Bytes that SHA-256 takes at a time; the length of each pad."""
LIFETIME = 86_400
"""Seconds for which a proof holds. The expiry comes from this machine's clock and is compared with the database's: a
day forgives clocks that disagree, and still makes a proof that was seen somewhere worthless tomorrow."""


class Said(NamedTuple):
    """Who acts, as the settings of a transaction say it: all of them empty for nobody."""

    tenant: str = ""
    actor: str = ""
    label: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class BindingKey:
    """The key of an installation; `id` tells it apart from the one before while it is being changed."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 32 <= len(self.secret) <= BLOCK:
            raise ValueError("a binding key has 32 to 64 bytes")

    @property
    def id(self) -> str:
        """Return the name under which the database knows the key; nobody can tell the key from it."""
        return sha256(b"kimhub binding key\x00" + self.secret).hexdigest()[:16]

    def pads(self) -> tuple[bytes, bytes]:
        """Return the inner and the outer pad, as the database keeps them."""
        padded = self.secret.ljust(BLOCK, b"\x00")
        return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)

    def proof(self, said: Said, *, now: float | None = None) -> str:
        """Return the proof that these settings belong together, for a day from `now` (default: the clock)."""
        head = f"{self.id}.{int(time.time() if now is None else now) + LIFETIME}"
        message = f"{head}|{said.tenant}|{said.actor}|{len(said.label)}|{said.label}|{said.request_id}"
        return f"{head}.{hmac.digest(self.secret, message.encode(), sha256).hex()}"
