"""The address book: whom a tenant passes money on to, besides other tenants."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.errors import ConflictError, constraint_error
from tenants import Base, Own, TenantOwned
from tenants.models import one_of


class OrganizationKind(StrEnum):
    """What an organisation is to the tenant: a part of its own administration, or a body outside."""

    KI = "ki"
    AMT = "amt"
    AUSLAENDERBEHOERDE = "auslaenderbehoerde"
    EINBUERGERUNGSBEHOERDE = "einbuergerungsbehoerde"
    TRAEGER = "traeger"
    SONSTIGE = "sonstige"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _KINDS[self]

    @property
    def is_own(self) -> bool:
        """Whether it belongs to the tenant's own administration."""
        return self not in {OrganizationKind.TRAEGER, OrganizationKind.SONSTIGE}


_KINDS = {
    OrganizationKind.KI: "Kommunales Integrationszentrum",
    OrganizationKind.AMT: "Amt oder Fachbereich",
    OrganizationKind.AUSLAENDERBEHOERDE: "Ausländerbehörde",
    OrganizationKind.EINBUERGERUNGSBEHOERDE: "Einbürgerungsbehörde",
    OrganizationKind.TRAEGER: "Träger",
    OrganizationKind.SONSTIGE: "andere Stelle",
}


class Organization(TenantOwned, Base):
    """A body that receives money without being a tenant: a free provider, the own KI, an Amt.

    It holds no data of persons; `contact` is a role or a department.
    """

    __tablename__ = "organization"
    __isolation__ = Own(updatable=("name", "kind", "sort_key", "contact", "address", "email", "archived_at"))
    __table_args__ = (
        CheckConstraint(one_of("kind", OrganizationKind), name="kind"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        UniqueConstraint("tenant_id", "kind", "name", name="uq_organization_name"),
        Index("ix_organization_own", "tenant_id", "sort_key", "id"),
    )

    name: Mapped[str]
    kind: Mapped[str]
    sort_key: Mapped[str]
    contact: Mapped[str] = mapped_column(server_default="")
    """A role or department that answers, never a person's name."""
    address: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    archived_at: Mapped[datetime | None]


class OrganizationExistsError(ConflictError):
    """The address book has such an entry already."""

    code = "organization-exists"
    title = "Den Eintrag gibt es schon"


constraint_error(
    "uq_organization_name",
    OrganizationExistsError,
    "Unter diesem Namen steht schon eine Stelle derselben Art im Adressbuch. Verwenden Sie den vorhandenen Eintrag "
    "oder wählen Sie einen unterscheidenden Namen.",
    field="name",
)
