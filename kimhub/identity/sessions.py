"""Sign-in sessions: who is signed in with this browser.

Idle for 30 minutes or ten hours after the password was given, a session is over (ASVS 5.0 7.3; the database decides,
by its clock). Its id is 256 random bits, kept as SHA-256, and changes at sign-in, with the tenant and with the
password, so an id that somebody planted or saw before is worth nothing afterwards.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row
from sqlalchemy.orm import Session

from kimhub.identity import gate
from tenants import Actor, ActorKind, Role, TenantKind, Trait, permissions_of, traits_of


@dataclass(frozen=True)
class TenantChoice:
    """A tenant for which a person may act, with the roles in it."""

    tenant_id: int
    slug: str
    name: str
    kind: TenantKind
    traits: frozenset[Trait]
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class SignIn:
    """A person who is signed in; `tenant` is None until one is chosen or while there is none to choose."""

    session_id: UUID
    account_id: UUID
    display_name: str
    signed_in_at: datetime
    must_change_password: bool
    tenant: TenantChoice | None
    tenants: int
    """For how many tenants the person may act."""
    invitations: int = 0
    """How many tenants have given the person a role that is not taken up yet."""
    by_link: bool = False
    """Whether the session began by a link instead of a password (ADR 42)."""
    unread: int = 0
    """Lines of the person's inbox there that are not read yet; a hundred at most are counted."""

    @property
    def unread_shown(self) -> int | str:
        """Return `unread` as pages show it."""
        return "99+" if self.unread > 99 else self.unread

    def actor(self, request_id: str = "") -> Actor | None:
        """Return who acts; nobody while the first password is in use or no tenant is chosen."""
        if self.tenant is None or self.must_change_password:
            return None
        return Actor(
            tenant_id=self.tenant.tenant_id,
            tenant_slug=self.tenant.slug,
            tenant_name=self.tenant.name,
            tenant_kind=self.tenant.kind,
            tenant_traits=self.tenant.traits,
            kind=ActorKind.PERSON,
            permissions=permissions_of(self.tenant.roles),
            label=self.tenant.roles[0].label,
            subject=self.account_id,
            display_name=self.display_name,
            roles=frozenset(self.tenant.roles),
            request_id=request_id,
        )


def hash_of(token: str) -> bytes:
    """Return what the database knows of a session id."""
    return hashlib.sha256(token.encode()).digest()


def open_session(token: str) -> SignIn | None:
    """Return who is signed in with this id, None if nobody (any more). One round trip."""
    row = gate.ask(gate.OPEN_SESSION, hash=hash_of(token))
    if row is None:
        return None
    return SignIn(
        session_id=row.session_id,
        account_id=row.account_id,
        display_name=row.display_name,
        signed_in_at=row.signed_in_at,
        must_change_password=row.must_change,
        tenant=choice_of(row) if row.tenant_id is not None and row.roles else None,
        tenants=row.tenants,
        invitations=row.invitations,
        by_link=row.by_link,
        unread=row.unread,
    )


def choice_of(row: Row[Any]) -> TenantChoice:
    """Read a tenant with roles; the roles in the order in which they name a person."""
    held = set(row.roles)
    return TenantChoice(
        tenant_id=row.tenant_id,
        slug=row.tenant_slug,
        name=row.tenant_name,
        kind=TenantKind(row.tenant_kind),
        traits=traits_of(row),
        roles=tuple(role for role in Role if role in held),
    )


def start_session(
    session: Session, account_id: UUID, device: str, *, by_link: bool = False
) -> tuple[str, int | None]:
    """Begin a session; return its id for the cookie and its tenant (None: to be chosen, or there is none)."""
    token = secrets.token_urlsafe(32)
    tenant_id: int | None = session.execute(
        gate.START_SESSION,
        {
            "hash": hash_of(token),
            "session_id": uuid4(),
            "account_id": account_id,
            "device": device,
            "by_link": by_link,
        },
    ).scalar_one()
    return token, tenant_id


def replace_session(session: Session, token: str, tenant_id: int | None) -> str | None:
    """Go on under a new id for this tenant; None if the session is over or the person has no role there."""
    fresh = secrets.token_urlsafe(32)
    replaced: bool = session.execute(
        gate.REPLACE_SESSION,
        {
            "old_hash": hash_of(token),
            "new_hash": hash_of(fresh),
            "session_id": uuid4(),
            "tenant_id": tenant_id,
        },
    ).scalar_one()
    return fresh if replaced else None


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iPadOS"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """Return a coarse German name of a browser, e.g. „Firefox unter Windows“; nothing that could track anybody."""
    browser = next((name for mark, name in _BROWSERS if re.search(mark, user_agent)), "Browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), None)
    return f"{browser} unter {system}" if system else browser
