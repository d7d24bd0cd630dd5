"""The kernel: who is a tenant, who acts, who may see what. It imports nothing of kimhub.

What features use stands here; the modules behind it are the kernel's own business.
"""

import tenants.audit
import tenants.proceedings  # noqa: F401 - whoever has the kernel has all its models
from tenants.access import Permission, Role, TenantKind, permissions_of, roles_for
from tenants.actor import Actor, ActorKind, system_actor
from tenants.batches import Batch, Batched
from tenants.binding import NOBODY, SigningIn
from tenants.db import Base, TenantOwned, db
from tenants.isolation import Own, Reference, RoleAccess, Sealed, SharedWith, Within
from tenants.models import Account, Membership, RegisterEntry, Tenant
from tenants.transaction import transaction

__all__ = [
    "NOBODY",
    "Account",
    "Actor",
    "ActorKind",
    "Base",
    "Batch",
    "Batched",
    "Membership",
    "Own",
    "Permission",
    "Reference",
    "RegisterEntry",
    "Role",
    "RoleAccess",
    "Sealed",
    "SharedWith",
    "SigningIn",
    "Tenant",
    "TenantKind",
    "TenantOwned",
    "Within",
    "db",
    "permissions_of",
    "roles_for",
    "system_actor",
    "transaction",
]
