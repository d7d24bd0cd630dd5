"""Passwords: how they are kept, compared and chosen.

argon2id with 46 MiB, one pass, one lane (OWASP Password Storage; about 45 ms on the reference machine).
At most two are computed at a time in a process, so that a flood of sign-ins cannot take its memory.
A new password has at least twelve characters and is not guessable from a small list of words, rows of keys and what
is known about the person; there are no composition rules (NIST SP 800-63B §3.1.1.2, BSI ORP.4.A22).
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from kimhub.core.errors import TooManyRequestsError
from kimhub.core.secret import Secret

SHORTEST = 12
LONGEST = 200
"""Longer ones are not looked at: hashing must not become work for strangers to order."""
ENTROPY_LEFT = 5
"""Characters that must remain when everything guessable is taken out of a new password."""

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_PATIENCE = 5.0
_LOOKALIKES = str.maketrans("013457@$!|€", "oieastasiie")
_GUESSABLE = (
    "Dieses Passwort ist leicht zu erraten. Es besteht fast nur aus häufigen Wörtern, Zahlen- oder Tastenfolgen oder "
    "aus Angaben zu Ihrer Person. Nehmen Sie zum Beispiel vier Wörter, die nicht zusammengehören."
)
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertzuiopü", "asdfghjklöä", "yxcvbnm", "qwertyuiop", "zxcvbnm",
    "1q2w3e4r5t6z7u8i9o0p", "qaywsxedcrfvtgbzhnujm",
)  # fmt: skip
_UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def prepared(password: str) -> str:
    """Return the password as it is hashed: the same from every keyboard (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    with _one_of_few():
        return _HASHER.hash(prepared(password))


def matches(stored: str | None, password: str) -> bool:
    """Tell whether `password` is the stored one. Without one (unknown account) it takes just as long to say no."""
    known = stored is not None
    if len(password) > LONGEST:
        known, password = False, ""
    with _one_of_few():
        try:
            return _HASHER.verify(stored if known and stored else _nobodys(), prepared(password)) and known
        except (VerifyMismatchError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Tell whether `stored` was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(stored)


def first_password() -> Secret:
    """Return a fresh password to hand over once: four groups of five, about 99 bits, nothing to mistake."""
    return Secret("-".join("".join(secrets.choice(_UNMISTAKABLE) for _ in range(5)) for _ in range(4)))


def weaknesses(password: str, *, about: Iterable[str] = ()) -> list[str]:
    """Return what speaks against a new password, in sentences; empty when it may be used.

    `about` are words that someone who knows the person would try: address, name, tenant.
    """
    password = prepared(password)
    if len(password) < SHORTEST:
        return [f"Das Passwort ist zu kurz. Es braucht mindestens {SHORTEST} Zeichen."]
    if len(password) > LONGEST:
        return [f"Das Passwort ist zu lang. Erlaubt sind höchstens {LONGEST} Zeichen."]
    if len(_unguessable(password, about)) < ENTROPY_LEFT:
        return [_GUESSABLE]
    return []


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise TooManyRequestsError(
            "Gerade melden sich sehr viele Personen an. Bitte versuchen Sie es in einigen Sekunden noch einmal.",
            extra={"retry_after": 5},
        )
    try:
        yield
    finally:
        _AT_ONCE.release()


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


@cache
def _common_words() -> tuple[str, ...]:
    lines = files("kimhub.identity").joinpath("common_words.txt").read_text(encoding="utf-8").splitlines()
    words = {_plain(line) for line in lines if line and not line.startswith("#")}
    return tuple(sorted(words, key=len, reverse=True))


def _plain(word: str) -> str:
    return re.sub(r"[^a-zäöüß]", "", word.casefold().translate(_LOOKALIKES))


def _unguessable(password: str, about: Iterable[str]) -> str:
    """Return what is left of `password` without the guessable, each remaining character once."""
    rest = re.sub(r"(19|20)\d\d", "", password.casefold())
    rest = _without_rows(rest)
    rest = re.sub(r"[\s\-_.,;:?/+*#]", "", rest.translate(_LOOKALIKES))
    personal = {_plain(part) for phrase in about for part in re.split(r"[^\w]+|_", phrase)}
    for word in sorted((part for part in personal if len(part) >= 3), key=len, reverse=True):
        rest = rest.replace(word, "")
    for word in _common_words():
        rest = rest.replace(word, "")
    return "".join(sorted(set(_without_rows(rest))))


def _without_rows(text: str) -> str:
    """Take out runs of three or more neighbours on the keyboard or in the alphabet, forwards and backwards."""
    for row in _ROWS:
        for run in (row, row[::-1]):
            for length in range(len(run), 2, -1):
                for start in range(len(run) - length + 1):
                    text = text.replace(run[start : start + length], "")
    return text
