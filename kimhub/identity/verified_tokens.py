"""The memory of a web process for access tokens that it has checked already.

To check an ES256 signature costs much of what a short request computes, and a machine sends the same token for five
minutes. What is remembered is only what a token says; whether its client still exists and what it may do now is asked
from the database at each request all the same (tokens.py).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

MOST = 1_000
"""Of more tokens than this, those that were not used for longest are checked again."""


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    client_id: UUID
    tenant: str
    scopes: frozenset[str]
    expires: int
    """Second since 1970 from which on it counts no more."""


@dataclass(frozen=True)
class VerifiedTokens:
    """What valid tokens say, by their SHA-256: the tokens themselves are kept nowhere. Safe for many threads."""

    most: int = MOST
    _known: OrderedDict[bytes, Claims] = field(default_factory=OrderedDict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def find(self, token: str, moment: int) -> Claims | None:
        """Return what a token says that was checked before and expires after `moment`."""
        digest = _digest(token)
        with self._lock:
            found = self._known.get(digest)
            if found is None:
                return None
            if found.expires <= moment:
                del self._known[digest]
                return None
            self._known.move_to_end(digest)
            return found

    def keep(self, token: str, claims: Claims) -> None:
        """Remember what a token says that has just been checked."""
        with self._lock:
            self._known[_digest(token)] = claims
            while len(self._known) > self.most:
                self._known.popitem(last=False)

    def __len__(self) -> int:
        return len(self._known)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
