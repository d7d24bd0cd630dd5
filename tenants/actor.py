"""The actor: on whose behalf a request, a job or a command works. Handed to every use case as an argument."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from tenants.access import Permission, Role, TenantKind, permissions_of
from tenants.bodies import Bodies, Trait
from tenants.errors import ForbiddenError, WrongBodyError


class ActorKind(StrEnum):
    """Who acts: a signed-in person, a machine client of a tenant, or the platform for a tenant (jobs)."""

    PERSON = "person"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One tenant, one who, one set of permissions. There is no actor without a tenant and none with two."""

    tenant_id: int
    tenant_slug: str
    tenant_name: str
    tenant_kind: TenantKind
    tenant_traits: frozenset[Trait]
    kind: ActorKind
    permissions: frozenset[Permission]
    label: str
    """The role as others see it in a timeline, e.g. ``KI-Koordination``; never a person's name."""
    subject: UUID | None = None
    """The account of a person or the id of a client; None for the platform itself."""
    display_name: str = ""
    roles: frozenset[Role] = frozenset()
    request_id: str = ""

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor has `permission`."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raise `ForbiddenError` unless the actor has `permission`."""
        if permission not in self.permissions:
            raise ForbiddenError(
                "Ihre Rolle erlaubt diesen Schritt nicht. "
                "Wenden Sie sich an die Administration Ihrer Kommune, wenn Sie ihn brauchen."
            )

    def is_of(self, bodies: Bodies) -> bool:
        """Tell whether the actor's tenant is one of `bodies`."""
        return bodies.include(self.tenant_kind, self.tenant_traits)

    def require_body(self, bodies: Bodies) -> None:
        """Raise `WrongBodyError` unless the actor's tenant is one of `bodies`."""
        if not self.is_of(bodies):
            raise WrongBodyError(bodies.refusal)


def system_actor(
    *,
    tenant_id: int,
    tenant_slug: str,
    tenant_name: str,
    tenant_kind: TenantKind,
    tenant_traits: frozenset[Trait],
    request_id: str = "",
) -> Actor:
    """Return the platform acting for one tenant (jobs without a person, operator commands)."""
    return Actor(
        tenant_id=tenant_id,
        tenant_slug=tenant_slug,
        tenant_name=tenant_name,
        tenant_kind=tenant_kind,
        tenant_traits=tenant_traits,
        kind=ActorKind.SYSTEM,
        permissions=permissions_of(Role),
        label="KIMHub",
        request_id=request_id,
    )
