"""The brake on guessing passwords (ASVS 5.0 6.3.1): waits that grow, for the account, the network and everybody.

An attempt is counted as failed before the password is looked at and the count is taken back when it was right, so
many attempts at the same moment are not cheaper than one after the other. Whoever would be sent away only because of
attempts that are being looked at just now waits for their outcome instead: a moment. Counts live in PostgreSQL and use
its clock. A browser that has signed in to an account before carries a sealed mark and is counted by itself: a stranger
who tries on purpose slows down strangers, not the person.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Self
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from kimhub.core.errors import TooManyRequestsError
from kimhub.identity import gate
from kimhub.identity.seals import same, seal

_log = structlog.get_logger("kimhub.identity")


class Limit(NamedTuple):
    """From the `tolerated`-th failure on the wait is 2, 4, 8 … seconds, at most `longest`.

    `per_hour` failures wash away in an hour, so that many people who mistype now and then never add up to an
    attack; all are forgotten `memory` seconds after the last one.
    """

    tolerated: int
    longest: int
    memory: int
    per_hour: int = 0


ACCOUNT = Limit(tolerated=5, longest=900, memory=86_400)
MAILBOX = Limit(tolerated=3, longest=3_600, memory=86_400)
"""Mails to one address on a stranger's word: three at once, then ever fewer, so that nobody's mailbox is filled."""
NETWORK = Limit(tolerated=50, longest=600, memory=3_600, per_hour=50)
"""A network may be a whole town hall behind one address; what succeeds is not counted."""
EVERYBODY = Limit(tolerated=1_000, longest=60, memory=3_600, per_hour=3_600)

_LINKS_STAY = " Links, die Sie schon bekommen haben, gelten weiter, so lange es in der E-Mail steht."
_USUAL_BROWSER = (
    " In einem Browser, in dem Sie sich hier schon einmal angemeldet haben, brauchen Sie nicht zu warten."
)


DECIDING = 15
"""Seconds after which an attempt that nobody has decided counts as failed: its process is gone."""
_PATIENCE = 3.0
"""Seconds to wait for the outcome of others. The few passwords that may be compared at once take a tenth of it."""
_PAUSE = 0.05

Counted = tuple[tuple[bytes, Limit], ...]


@dataclass
class Attempt:
    """An attempt that has been counted as failed: left without `succeeded`, it has failed."""

    account_key: bytes | None
    shared: Counted
    _open: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            keys = [*([self.account_key] if self.account_key else []), *(key for key, _ in self.shared)]
            gate.ask_at_sign_in(gate.FAIL_BRAKE, keys=keys)

    def succeeded(self) -> None:
        """Take back the count and forget the failures of the account."""
        self._open = False
        gate.ask_at_sign_in(
            gate.RELEASE_BRAKE,
            account_key=self.account_key,
            others=[key for key, _ in self.shared],
            tolerated=[limit.tolerated for _, limit in self.shared],
        )


def attempt_sign_in(email: str, address: str | None, known_browser: str | None) -> Attempt:
    """Count an attempt to sign in; raise `TooManyRequestsError` with the wait while the brake is on."""
    browser = _browser_of(email, known_browser)
    if browser is not None:
        return _enter(seal("brake:browser", email, browser), ACCOUNT, ())
    return _enter(_account_key(email), ACCOUNT, _shared_keys("sign-in", address), way_round=_USUAL_BROWSER)


def attempt_confirmation(account_id: UUID) -> Attempt:
    """Count an attempt to confirm the password inside a session, against whoever found an open browser."""
    return _enter(seal("brake:confirmation", str(account_id)), ACCOUNT, ())


def attempt_client_sign_in(address: str | None) -> Attempt:
    """Count an attempt of a machine client. Its secret cannot be guessed, so only the network is slowed down."""
    return _enter(None, ACCOUNT, _shared_keys("client", address))


def attempt_link(email: str, address: str | None, known_browser: str | None) -> None:
    """Count a request for a link to a mailbox, whether anybody has this address or not.

    It is never taken back: what it costs is a mail that was sent. A known browser is counted by itself, so that
    strangers who ask on purpose keep nobody out. Raises `TooManyRequestsError`.
    """
    browser = _browser_of(email, known_browser)
    key = seal("brake:link", email) if browser is None else seal("brake:link:browser", email, browser)
    shared = _shared_keys("link", address) if browser is None else ()
    _enter(key, MAILBOX, shared, what="einen Link anzufordern", way_round=_LINKS_STAY, deciding=0)


def slowed_down(session: Session, emails: Collection[str]) -> dict[str, int]:
    """Return those of the addresses whose sign-ins are slowed down in new browsers, with their failures of late."""
    key_of = {_account_key(email): email for email in emails}
    rows = session.execute(gate.BRAKED, {"keys": list(key_of), "tolerated": ACCOUNT.tolerated})
    return {key_of[bytes(row.key)]: row.failures for row in rows}


def browser_mark(email: str) -> str:
    """Return the mark for a browser that has just signed in to this account."""
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{seal('browser', email, nonce).hex()}"


def _browser_of(email: str, mark: str | None) -> str | None:
    nonce, _, given = (mark or "").partition(".")
    return nonce if nonce and same(seal("browser", email, nonce).hex().encode(), given.encode()) else None


def _account_key(email: str) -> bytes:
    return seal("brake:account", email)


def _shared_keys(purpose: str, address: str | None) -> Counted:
    return (
        (seal("brake:network", purpose, network_of(address)), NETWORK),
        (seal("brake:everybody", purpose), EVERYBODY),
    )


def network_of(address: str | None) -> str:
    """Return whom an address stands for: itself in IPv4, its /64 in IPv6 (one household or office)."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _enter(
    account_key: bytes | None,
    limit: Limit,
    shared: Counted,
    *,
    what: str = "sich anzumelden",
    way_round: str = "",
    deciding: int = DECIDING,
) -> Attempt:
    entered = [*([(account_key, limit)] if account_key else []), *shared]
    latest = time.monotonic() + _PATIENCE
    while (wait := _asked(entered, deciding)) < 0:
        if time.monotonic() > latest:
            wait = 2
            break
        time.sleep(_PAUSE)
    if wait > 0:
        _log.warning("sign_in_braked", wait=wait)
        raise TooManyRequestsError(
            f"Es gab zu viele Versuche, {what}. Bitte warten Sie {_spoken(wait)} und versuchen Sie es dann noch "
            f"einmal.{way_round}",
            extra={"retry_after": wait},
        )
    return Attempt(account_key, shared)


def _asked(entered: Sequence[tuple[bytes, Limit]], deciding: int) -> int:
    answer = gate.ask_at_sign_in(
        gate.ENTER_BRAKE,
        keys=[key for key, _ in entered],
        tolerated=[each.tolerated for _, each in entered],
        longest=[each.longest for _, each in entered],
        memory=[each.memory for _, each in entered],
        per_hour=[each.per_hour for _, each in entered],
        deciding=deciding,
    )
    return int(answer[0]) if answer else 0


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return "eine Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    minutes = -(-seconds // 60)
    return "eine Minute" if minutes == 1 else f"{minutes} Minuten"
