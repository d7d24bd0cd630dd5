"""Keyed hashes under the application's secret: what only this installation can have made."""

from __future__ import annotations

import hmac
from hashlib import sha256

from flask import current_app


def seal(purpose: str, *parts: str) -> bytes:
    """Return HMAC-SHA256 over `parts`; another `purpose` gives another value, so no value serves twice."""
    secret = current_app.secret_key
    if not secret:
        raise RuntimeError("the application has no secret key")
    key = secret.encode() if isinstance(secret, str) else secret
    lengths = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
    return hmac.digest(key, lengths.encode(), sha256)


def same(left: bytes, right: bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left, right)
