"""The office at the other side of a file, as its page shows it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kimhub.core.web.view import Contact
from kimhub.offices.queries import office_for
from tenants import Permission, Tenant
from tenants.naming import at


def contact_at(session: Session, tenant: Tenant, permission: Permission) -> Contact | None:
    """Return whom to turn to at `tenant` in what `permission` allows there, None where it has named no office."""
    office = office_for(session, tenant.id, permission)
    return Contact(at(tenant.official_name), office.name, office.email, office.phone) if office else None
