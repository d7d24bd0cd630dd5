"""Passwords of tests are hashed at little cost; the few tests about the cost itself ask for `todays_hashing`.

Hundreds of people of tests get a password and sign in with it, and each hash is meant to cost 45 ms of CPU.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from kimhub.identity import passwords
from tests.factories.identity import hashed

_TODAYS = passwords._HASHER
_CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def hash_cheaply() -> None:
    """Let this process hash with 64 KiB instead of 46 MiB."""
    passwords._HASHER = _CHEAP


@pytest.fixture
def todays_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hash as in production, the password of whoever is made from now on, too."""
    monkeypatch.setattr(passwords, "_HASHER", _TODAYS)
    _forget()
    yield
    _forget()


def _forget() -> None:
    passwords._nobodys.cache_clear()
    hashed.cache_clear()
