"""Tenants and actors for tests: a small NRW with two Kreise, their Gemeinden, a kreisfreie Stadt, an authority."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, text

from tenants import Actor, ActorKind, Permission, Role, TenantKind, Trait, permissions_of, traits_of
from tenants.sorting import slugify, sort_key

_INSERT = text(
    "INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,"
    " integration_committee, sort_key) VALUES (:kind, :name, :slug, :parent, :recipient, :abh, :ja, :committee,"
    " :sort_key) RETURNING id"
)


@dataclass(frozen=True)
class Body:
    """A tenant as tests name it."""

    id: int
    name: str
    slug: str
    kind: TenantKind
    parent_id: int | None
    is_grant_recipient: bool
    has_auslaenderbehoerde: bool = False

    @property
    def traits(self) -> frozenset[Trait]:
        return traits_of(self)

    def actor(self, *roles: Role, request_id: str = "test") -> Actor:
        """Return a person of this tenant with `roles`."""
        return Actor(
            tenant_id=self.id,
            tenant_slug=self.slug,
            tenant_name=self.name,
            tenant_kind=self.kind,
            tenant_traits=self.traits,
            kind=ActorKind.PERSON,
            permissions=permissions_of(roles),
            label=roles[0].label if roles else "",
            roles=frozenset(roles),
            request_id=request_id,
        )

    def machine(self, *scopes: Permission) -> Actor:
        """Return a machine client of this tenant with `scopes`."""
        return replace(self.actor(), kind=ActorKind.CLIENT, permissions=frozenset(scopes))


def create_tenant(
    connection: Connection,
    kind: TenantKind,
    name: str,
    *,
    parent: Body | None = None,
    grant_recipient: bool | None = None,
    auslaenderbehoerde: bool = False,
    jugendamt: bool = False,
    committee: str = "none",
) -> Body:
    """Create a tenant as the operator does; `connection` is the owner's."""
    recipient = (
        kind in {TenantKind.KREIS, TenantKind.KREISFREIE_STADT}
        if grant_recipient is None
        else grant_recipient
    )
    slug = slugify(name)
    tenant_id = connection.scalar(
        _INSERT,
        {
            "kind": kind, "name": name, "slug": slug, "parent": parent.id if parent else None,
            "recipient": recipient, "abh": auslaenderbehoerde, "ja": jugendamt, "committee": committee,
            "sort_key": sort_key(name),
        },
    )  # fmt: skip
    assert tenant_id is not None
    return Body(tenant_id, name, slug, kind, parent.id if parent else None, recipient, auslaenderbehoerde)


@dataclass(frozen=True)
class District:
    """Who stands in which relation to whom, for every test about seeing and not seeing."""

    kreis: Body
    gemeinde: Body
    """Below `kreis`; meets all three criteria of the additional coordination position."""
    sibling: Body
    """Below `kreis`, too; has no Ausländerbehörde of its own."""
    other_kreis: Body
    unrelated: Body
    """Below `other_kreis`."""
    stadt: Body
    authority: Body

    def all(self) -> tuple[Body, ...]:
        return (
            self.kreis, self.gemeinde, self.sibling, self.other_kreis, self.unrelated, self.stadt, self.authority,
        )  # fmt: skip


def create_district(connection: Connection) -> District:
    """Create the district of the tests; `connection` is the owner's."""
    kreis = create_tenant(connection, TenantKind.KREIS, "Musterkreis")
    other = create_tenant(connection, TenantKind.KREIS, "Nachbarkreis")
    full = {"auslaenderbehoerde": True, "jugendamt": True, "committee": "integrationsausschuss"}
    return District(
        kreis=kreis,
        gemeinde=create_tenant(connection, TenantKind.GEMEINDE, "Musterstadt", parent=kreis, **full),
        sibling=create_tenant(connection, TenantKind.GEMEINDE, "Öhringhausen", parent=kreis, jugendamt=True),
        other_kreis=other,
        unrelated=create_tenant(connection, TenantKind.GEMEINDE, "Fernstadt", parent=other, **full),
        stadt=create_tenant(connection, TenantKind.KREISFREIE_STADT, "Freistadt", auslaenderbehoerde=True),
        authority=create_tenant(connection, TenantKind.BEZIRKSREGIERUNG, "Bezirksregierung Musterberg"),
    )
