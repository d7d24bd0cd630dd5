"""The kernel: who is a tenant, who acts, who may see what. It imports nothing of kimhub.

What features use stands here; the modules behind it are the kernel's own business.
"""

import tenants.audit
import tenants.proceedings  # noqa: F401 - whoever has the kernel has all its models
from tenants.access import Permission, Role, TenantKind, permissions_of, roles_for
from tenants.actor import Actor, ActorKind, system_actor
from tenants.batches import Batch, Batched
from tenants.binding import NOBODY, SigningIn
from tenants.bodies import COMMUNES, EVERY_BODY, GRANT_RECIPIENTS, PAID_BY_THE_LAND, Bodies, Trait, traits_of
from tenants.db import Base, TenantOwned, db
from tenants.isolation import (
    Own,
    Published,
    Reference,
    RoleAccess,
    Sealed,
    SharedWith,
    SharedWithMany,
    Within,
)
from tenants.models import Account, Membership, RegisterEntry, Tenant
from tenants.transaction import transaction

__all__ = [
    "COMMUNES",
    "EVERY_BODY",
    "GRANT_RECIPIENTS",
    "NOBODY",
    "PAID_BY_THE_LAND",
    "Account",
    "Actor",
    "ActorKind",
    "Base",
    "Batch",
    "Batched",
    "Bodies",
    "Membership",
    "Own",
    "Permission",
    "Published",
    "Reference",
    "RegisterEntry",
    "Role",
    "RoleAccess",
    "Sealed",
    "SharedWith",
    "SharedWithMany",
    "SigningIn",
    "Tenant",
    "TenantKind",
    "TenantOwned",
    "Trait",
    "Within",
    "db",
    "permissions_of",
    "roles_for",
    "system_actor",
    "traits_of",
    "transaction",
]
