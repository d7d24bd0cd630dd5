"""What the administration of a tenant has to see to: invitations without an answer, work that nobody can do."""

from __future__ import annotations

from sqlalchemy import case, select

from kimhub.core.matters import ME, Turn, local_day, matter_columns
from kimhub.identity.queries import IN_OFFICE
from tenants import Membership, Role, Tenant, TenantKind

_needed = case(
    (Tenant.is_grant_recipient, Role.KI_COORDINATOR),
    (Tenant.kind == TenantKind.BEZIRKSREGIERUNG, Role.AUTHORITY),
    else_=Role.OFFICER,
)
"""The role without which a body's work stays undone."""

NOBODY_RESPONSIBLE = select(
    *matter_columns(kind=_needed, title=_needed, since=local_day(Tenant.created_at), turn=int(Turn.OWN))
).where(
    Tenant.id == ME,
    ~select(Membership.id)
    .where(
        Membership.tenant_id == ME,
        Membership.role == _needed,
        *IN_OFFICE,
    )
    .exists(),
)
INVITED = select(
    *matter_columns(
        kind=Membership.role,
        subject=Membership.id,
        title=Membership.display_name,
        since=local_day(Membership.created_at),
        turn=int(Turn.OTHER),
    )
).where(Membership.tenant_id == ME, Membership.accepted_at.is_(None), Membership.ended_at.is_(None))
