"""The table of offices."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from kimhub.core.errors import ConflictError, constraint_error
from tenants import Base, Published, Role, TenantOwned
from tenants.models import one_of

OFFICE_ROLES = (Role.KI_COORDINATOR, Role.OFFICER, Role.AUTHORITY)
"""The roles that do what another body waits for; each may have an office, in the order in which it is asked for."""


class Office(TenantOwned, Base):
    """The office that a role's work belongs to, as a body names it to all others.

    Official and public: it names no person, and stands on the body's own pages anyway. Whoever holds the role is told
    by name; the Funktionspostfach is for what nobody holds.
    """

    __tablename__ = "office"
    __isolation__ = Published(
        reason="how an office is reached stands on its body's own pages; it names no person",
        updatable=("name", "email", "phone"),
        deletable="true",
    )
    __table_args__ = (
        CheckConstraint(one_of("role", OFFICE_ROLES), name="role"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("email <> '' OR phone <> ''", name="reachable"),
        UniqueConstraint("tenant_id", "role"),
    )

    role: Mapped[str]
    name: Mapped[str]
    """The Amt or Stelle, e.g. „Kommunales Integrationszentrum“."""
    email: Mapped[str]
    """The Funktionspostfach, or empty."""
    phone: Mapped[str]


constraint_error(
    "uq_office_tenant_id_role",
    ConflictError,
    "Für diese Zuständigkeit stehen schon Kontaktdaten. Ändern Sie diese.",
    field="role",
)
