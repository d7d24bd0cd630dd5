"""The register, the tenants that take part, and who belongs to them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import (
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from tenants.access import Role, TenantKind
from tenants.db import Base, TenantOwned
from tenants.isolation import GATE_ROLE, RELAY_ROLE, SIGN_IN_ROLE, Own, Reference, RoleAccess, Sealed
from tenants.signing import BLOCK

INTEGRATION_COMMITTEES = ("none", "integrationsrat", "integrationsausschuss")
"""Which committee of § 27 GO NRW a tenant has, if any."""


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> str:
    """Return the CHECK expression that keeps `column` to `values` (text + CHECK instead of enums)."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class BindingPads(Base):
    """What the database needs to check who acts: the two pads of a binding key (signing.py).

    A key that was replaced holds until `ends_at`, so that no process is refused while all are started anew.
    """

    __tablename__ = "binding_key"
    __isolation__ = Sealed(
        reason="whoever reads it can act as anybody",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="app.tenant checks with it that a binding is signed",
                select=("id", "inner_pad", "outer_pad", "ends_at"),
                insert=("id", "inner_pad", "outer_pad"),
                update=("ends_at",),
                delete=True,
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(
            f"octet_length(inner_pad) = {BLOCK} AND octet_length(outer_pad) = {BLOCK}", name="pads"
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    inner_pad: Mapped[bytes] = mapped_column(LargeBinary)
    outer_pad: Mapped[bytes] = mapped_column(LargeBinary)
    ends_at: Mapped[datetime | None]


class RegisterEntry(Base):
    """A Kreis or Gemeinde of North Rhine-Westphalia as the Gemeindeverzeichnis (Destatis) lists it.

    Reference data about bodies that exist, whether they take part or not.
    """

    __tablename__ = "register_entry"
    __isolation__ = Reference(reason="public register of the Statistisches Bundesamt", audited=False)
    __table_args__ = (
        CheckConstraint(
            one_of("kind", (TenantKind.KREIS, TenantKind.KREISFREIE_STADT, TenantKind.GEMEINDE)), name="kind"
        ),
        CheckConstraint("population >= 0", name="population"),
        CheckConstraint("(kind = 'gemeinde') = (parent_ags IS NOT NULL)", name="parent"),
        Index("ix_register_entry_parent_ags", "parent_ags", "sort_key"),
    )

    ags: Mapped[str] = mapped_column(primary_key=True)
    ars: Mapped[str | None]
    name: Mapped[str]
    official_name: Mapped[str]
    kind: Mapped[str]
    parent_ags: Mapped[str | None] = mapped_column(ForeignKey("register_entry.ags"))
    regierungsbezirk: Mapped[str]
    status: Mapped[str]
    population: Mapped[int]
    population_date: Mapped[date]
    postcode: Mapped[str | None]
    has_auslaenderbehoerde: Mapped[bool | None]
    source: Mapped[str]
    sort_key: Mapped[str]


class Tenant(Base):
    """A body that takes part in KIMHub: one row, one space of its own.

    Whether it is a grant recipient is a property of its own, not its kind: the Stadt Aachen is a Gemeinde of
    the Städteregion and has its own KI (fachlichkeit.md §1). The three facts about authorities and committee decide
    whether it can ask for an additional coordination position (§5); the tenant itself may correct them.
    """

    __tablename__ = "tenant"
    __isolation__ = Reference(
        reason="which bodies take part is public; everyone must be able to name a counterpart",
        own_row="id",
        updatable=("has_auslaenderbehoerde", "has_jugendamt", "integration_committee", "address"),
        others=(
            RoleAccess(
                role=RELAY_ROLE, reason="begins periodic work of tenants", select=("id", "slug", "kind")
            ),
            RoleAccess(
                role=SIGN_IN_ROLE,
                reason="names the tenants for which a person may act",
                select=(
                    "id",
                    "slug",
                    "official_name",
                    "kind",
                    "is_grant_recipient",
                    "has_auslaenderbehoerde",
                    "sort_key",
                ),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(one_of("kind", TenantKind), name="kind"),
        CheckConstraint(
            one_of("integration_committee", INTEGRATION_COMMITTEES),
            name="integration_committee",
        ),
        CheckConstraint("(kind = 'gemeinde') = (parent_id IS NOT NULL)", name="parent"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        UniqueConstraint("slug"),
        UniqueConstraint("ags"),
        UniqueConstraint("id", "parent_id"),
        Index("ix_tenant_parent_id", "parent_id", "sort_key"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    ags: Mapped[str | None] = mapped_column(ForeignKey("register_entry.ags"))
    name: Mapped[str]
    """The bare name, by which lists show and sort."""
    designation: Mapped[str] = mapped_column(server_default="")
    """What stands before the name: Stadt, Gemeinde, Kreis; empty if the name says it already."""
    official_name: Mapped[str] = mapped_column(
        Computed("CASE WHEN designation = '' THEN name ELSE designation || ' ' || name END", persisted=True)
    )
    """How letterheads, headings and sentences name the body (`tenants.naming`)."""
    slug: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tenant.id"))
    is_grant_recipient: Mapped[bool]
    has_auslaenderbehoerde: Mapped[bool]
    has_jugendamt: Mapped[bool]
    integration_committee: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    """Lines of the letterhead, separated by line feeds."""
    sort_key: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Account(Base):
    """A person's sign-in, the same in every tenant they belong to.

    It holds who signs in, never what they may do. The application cannot read it: sign-in goes through
    functions that answer one exact question each.
    """

    __tablename__ = "account"
    __isolation__ = Sealed(
        reason="spans tenants",
        audited=False,
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="sign-in before a tenant is known",
                select=("id", "email", "display_name", "disabled_at"),
                insert=("id", "email", "display_name"),
                update=("display_name", "disabled_at"),
            ),
        ),
    )
    __table_args__ = (CheckConstraint("email = lower(email)", name="email"), UniqueConstraint("email"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str]
    display_name: Mapped[str]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Membership(TenantOwned, Base):
    """One role of one account in one tenant; a person with two roles has two memberships.

    A tenant may name any address, so the role counts only from when its person has taken it up (`accepted_at`): until
    then nobody learns from it whether the address has an account, and nobody is drawn into a tenant. The application
    cannot write the column; functions about the own account do, and a further role in a tenant is accepted with the
    first (trigger).
    """

    __tablename__ = "membership"
    __isolation__ = Own(
        updatable=("ended_at", "display_name"),
        not_inserted=("accepted_at",),
        others=(
            RoleAccess(
                role=GATE_ROLE,
                reason="which tenants may this account act for",
                select=("tenant_id", "id", "account_id", "role", "display_name", "accepted_at", "ended_at"),
                update=("accepted_at", "ended_at"),
            ),
        ),
    )
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        UniqueConstraint("tenant_id", "account_id", "role"),
        Index("ix_membership_account_id", "account_id"),
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER membership_accepted BEFORE INSERT OR UPDATE OF ended_at ON membership"
            " FOR EACH ROW EXECUTE FUNCTION app.membership_accepted()"
        ),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    display_name: Mapped[str]
    email: Mapped[str]
    accepted_at: Mapped[datetime | None] = mapped_column(server_default=FetchedValue())
    ended_at: Mapped[datetime | None]
