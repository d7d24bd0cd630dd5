"""Credentials, sign-in sessions, the brake on guessing, and a tenant's machine clients.

All but the clients are sealed: the application cannot read these tables at all. It asks the exact questions in
gate.py, which functions of the role kimhub_gate answer (migration `identity`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

import kimhub.identity.calls  # noqa: F401 - who may ask of these tables is declared with them
from tenants import Base, Own, RoleAccess, Sealed, TenantOwned
from tenants.isolation import GATE_ROLE
from tenants.models import one_of

SHA256_BYTES = 32


class Credential(Base):
    """The password of an account, as an argon2id hash.

    `vouched_by` is the tenant whose administration handed out the first password; until the person has proven to
    own the e-mail address, the account opens this tenant and no other. None: the operator vouches. Without this
    rule a tenant could take an address that belongs to another tenant's future member.
    `initial_until` is set while the first password is in use: it must be replaced at the first sign-in, and it
    stops working at that time.
    """

    __tablename__ = "credential"
    __isolation__ = Sealed(
        reason="read only to compare a password",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="sign-in before a tenant is known",
                select=("account_id", "password_hash", "changed_at", "initial_until", "vouched_by"),
                insert=("account_id", "password_hash", "initial_until", "vouched_by"),
                update=("password_hash", "changed_at", "initial_until", "vouched_by"),
            ),
        ),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    initial_until: Mapped[datetime | None]
    vouched_by: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))


class PasswordLink(Base):
    """A link sent by mail with which a person sets a password, once: the proof that the address is theirs.

    For accounts that a tenant made and nobody has confirmed yet, and for whoever forgot the password; `issued_by` is
    the tenant in whose name the mail went, and with a link that `invites` its roles are taken up. The mail holds 256
    random bits, the table their SHA-256. Whoever follows it takes the account over: the first password and all sessions
    end.
    """

    __tablename__ = "password_link"
    __isolation__ = Sealed(
        reason="opens an account",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="whoever follows a link is not signed in",
                select=("token_hash", "account_id", "issued_by", "invites", "expires_at", "used_at"),
                insert=("token_hash", "account_id", "issued_by", "invites", "expires_at"),
                update=("used_at",),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(f"octet_length(token_hash) = {SHA256_BYTES}", name="token_hash"),
        Index("ix_password_link_account_id", "account_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    issued_by: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    invites: Mapped[bool]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link sent by mail that signs a committee member in, once (ADR 42).

    The mail holds 256 random bits, the table their SHA-256. A link that was not used ends with another one of the
    person that was, with a new password and with the account's disabling (`ended_at`).
    """

    __tablename__ = "sign_in_link"
    __isolation__ = Sealed(
        reason="opens an account",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="whoever follows a link is not signed in",
                select=("token_hash", "account_id", "target", "expires_at", "used_at", "ended_at"),
                insert=("token_hash", "account_id", "target", "expires_at"),
                update=("used_at", "ended_at"),
                delete=True,
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(f"octet_length(token_hash) = {SHA256_BYTES}", name="token_hash"),
        CheckConstraint("used_at IS NULL OR ended_at IS NULL", name="over"),
        Index("ix_sign_in_link_account_id", "account_id"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    target: Mapped[str | None]
    """The page of this portal that the person wanted. It stands here and not in the mail: whoever asks for a link for
    somebody else writes no word of their mail."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class LinkPurpose(StrEnum):
    """What somebody wants a link for."""

    PASSWORD = "password"  # noqa: S105 - a purpose, not a secret
    SIGN_IN = "sign_in"


class LinkRequest(Base):
    """A wish for one of these links, written down alike whether anybody has the address or not.

    Whether somebody has is found out a moment later, by the relay through ``app.links_send``, which takes the row away:
    how long the page takes tells a stranger nothing (ASVS 5.0, 6.3.8). `text` is the mail with the link, `otherwise`
    the mail without one, for whom there is none.
    """

    __tablename__ = "link_request"
    __isolation__ = Sealed(
        reason="holds addresses that strangers typed, and links that open accounts",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="takes wishes down and decides them",
                select=(
                    "id", "token_hash", "purpose", "email", "recipient", "subject", "text", "otherwise", "target",
                    "minutes", "asked_at",
                ),
                insert=(
                    "token_hash", "purpose", "email", "recipient", "subject", "text", "otherwise", "target", "minutes",
                ),
                delete=True,
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint(f"octet_length(token_hash) = {SHA256_BYTES}", name="token_hash"),
        CheckConstraint(one_of("purpose", LinkPurpose), name="purpose"),
        CheckConstraint("(purpose = 'sign_in') = (otherwise IS NOT NULL)", name="otherwise"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    purpose: Mapped[str]
    email: Mapped[str]
    """As accounts hold it."""
    recipient: Mapped[str]
    """The same address as a mail server takes it."""
    subject: Mapped[str]
    text: Mapped[str]
    otherwise: Mapped[str | None]
    target: Mapped[str | None]
    minutes: Mapped[int]
    """How long the link is valid, from `asked_at` on; so is the wish."""
    asked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class SignInSession(Base):
    """One browser in which a person is signed in; the cookie holds 256 random bits, the table their SHA-256.

    `signed_in_at` stays the same when the id is changed (other tenant, new password), so the ten hours count
    from the password. `device` is a coarse name such as „Firefox unter Windows“ for the person's own list.
    """

    __tablename__ = "sign_in_session"
    __isolation__ = Sealed(
        reason="spans tenants; holds who is signed in",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="asked at every request before a tenant is known",
                select=(
                    "token_hash", "id", "account_id", "tenant_id", "signed_in_at", "last_seen_at", "ended_at", "device",
                    "by_link",
                ),
                insert=(
                    "token_hash", "id", "account_id", "tenant_id", "signed_in_at", "last_seen_at", "device", "by_link",
                ),
                update=("last_seen_at", "ended_at"),
                delete=True,
            ),
        ),
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint(f"octet_length(token_hash) = {SHA256_BYTES}", name="token_hash"),
        UniqueConstraint("id"),
        Index("ix_sign_in_session_account_id", "account_id", "signed_in_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    id: Mapped[UUID]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    tenant_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str]
    by_link: Mapped[bool] = mapped_column(server_default="false")
    """Whether it began by a link instead of a password; it counts only as long as the person may sign in so."""


class SignInBrake(Base):
    """Failed sign-ins of late, per account, network and in all; what slows guessing down.

    `key` is a keyed hash: neither e-mail address nor network can be read from it. `since` is the moment up to which
    old failures have been washed away; before `open_at` no further attempt is looked at. The row is worthless after
    `forget_at`. Of the failures, `undecided` are attempts whose password is being compared at this moment; what is
    not decided by `decided_at` has failed.
    """

    __tablename__ = "sign_in_brake"
    __isolation__ = Sealed(
        reason="counts before anyone is known",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="counts failed sign-ins",
                select=("key", "failures", "since", "open_at", "forget_at", "undecided", "decided_at"),
                insert=("key", "failures", "since", "open_at", "forget_at"),
                update=("failures", "since", "open_at", "forget_at", "undecided", "decided_at"),
                delete=True,
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("undecided >= 0", name="undecided"),
        Index("ix_sign_in_brake_forget_at", "forget_at"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    open_at: Mapped[datetime]
    forget_at: Mapped[datetime]
    undecided: Mapped[int] = mapped_column(server_default="0")
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OAuthClient(TenantOwned, Base):
    """A machine that works for one tenant through the API (OAuth 2.0 client credentials).

    `id` is the client id. The secret is 256 random bits, shown once; the table holds its SHA-256. `scopes` are
    permissions (access.py). An ended client is refused from its next request on, whatever token it holds.
    """

    __tablename__ = "oauth_client"
    __isolation__ = Own(
        updatable=("ended_at",),
        audit_hidden=("secret_hash",),
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="which client is this, before a tenant is known",
                select=("tenant_id", "id", "name", "scopes", "secret_hash", "ended_at"),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(f"octet_length(secret_hash) = {SHA256_BYTES}", name="secret_hash"),
        CheckConstraint("cardinality(scopes) > 0", name="scopes"),
        CheckConstraint("btrim(name) <> ''", name="name"),
        Index("ix_oauth_client_list", "tenant_id", "created_at", "id"),
    )

    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime | None]
