"""Sign a committee member in by the link that came by mail, once (ADR 42)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import structlog

from kimhub.core.errors import KimhubError
from kimhub.identity import brake, gate
from kimhub.identity.sessions import hash_of, start_session
from kimhub.identity.usecases.sign_in import SignedIn
from tenants import db

_log = structlog.get_logger("kimhub.identity")


class LinkState(StrEnum):
    """Whether a link signs in, or why not (any more); what it says to its holder stands on the page."""

    OPEN = "open"
    USED = "used"
    ENDED = "ended"
    """Another link of the person was used, the password was set anew, or the account was disabled."""
    EXPIRED = "expired"
    OTHER_ROLES = "other_roles"
    """The person has been given a role that a mailbox alone must not open."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SignInLink:
    """A link as its holder may know it; of an unknown one there is nothing to know."""

    state: LinkState
    account_id: UUID | None = None
    email: str = ""
    target: str | None = None


class SignInLinkError(KimhubError):
    """The link does not sign in (any more); `link` says why."""

    status = 410
    code = "link-over"
    title = "Dieser Link gilt nicht mehr"

    def __init__(self, link: SignInLink) -> None:
        super().__init__("Fordern Sie auf der Seite „Anmelden“ einen neuen Link an.")
        self.link = link


@dataclass(frozen=True)
class FollowedLink:
    """A link that was followed, and the browser in which: its coarse name, and its session until now, which ends."""

    token: str
    device: str = ""
    previous_token: str | None = None


def look_at_link(token: str) -> SignInLink:
    """Return whose link this is and whether it signs in. Changes nothing: mail scanners look, too."""
    row = db.session().execute(gate.SIGN_IN_LINK_FOR, {"hash": hash_of(token)}).one_or_none()
    if row is None:
        return SignInLink(LinkState.UNKNOWN)
    return SignInLink(LinkState(row.state), row.account_id, row.email, row.target)


def sign_in_by_link(followed: FollowedLink) -> tuple[SignedIn, str | None]:
    """Begin a session for whoever holds the link; return it with the page that the person wanted.

    Two who follow one link at the same moment: one is signed in. Raises `SignInLinkError`.
    """
    session = db.session()
    account_id: UUID | None = session.execute(
        gate.USE_SIGN_IN_LINK, {"hash": hash_of(followed.token)}
    ).scalar_one()
    link = look_at_link(followed.token)
    if account_id is None:
        _log.warning("sign_in_link_refused", state=link.state)
        raise SignInLinkError(link)
    return begin(account_id, link.email, followed), link.target


def begin(account_id: UUID, email: str, followed: FollowedLink) -> SignedIn:
    """Begin the session of somebody who has proven to have this mailbox; the one of the browser before it ends."""
    session = db.session()
    if followed.previous_token:
        session.execute(gate.END_SESSION, {"hash": hash_of(followed.previous_token)})
    token, tenant_id = start_session(session, account_id, followed.device, by_link=True)
    _log.info("sign_in", account_id=str(account_id), tenant_id=tenant_id, by_link=True)
    return SignedIn(account_id, token, tenant_id, brake.browser_mark(email))
