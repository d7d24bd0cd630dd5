"""The address book as it is searched: by part of a name, archived entries only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import RowMapping, Text, bindparam, or_, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, sought
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.funding.models import Organization, OrganizationKind

_FEW = "an address book is written by hand"
ORGANIZATIONS = KeysetList(
    select(
        Organization.id, Organization.name, Organization.kind, Organization.contact, Organization.address,
        Organization.email, Organization.sort_key, Organization.archived_at,
    ),
    scope=Organization.tenant_id,
    orders={
        "name": Order("sort_key", "id"),
        "kind": Order("kind", "sort_key", "id", few_rows=_FEW),
        "contact": Order("contact", "sort_key", "id", few_rows=_FEW),
    },
    conditions={
        "words": or_(
            *(
                column.icontains(bindparam("words", type_=Text()))
                for column in (Organization.name, Organization.contact)
            )
        ),
        "kind": Organization.kind == bindparam("kind", type_=Text()),
        "kept": Organization.archived_at.is_(None),
    },
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """What the address book is narrowed to."""

    words: str = ""
    """Part of name or contact, in capitals or not."""
    kind: OrganizationKind | None = None
    archived: bool = False
    """Whether archived entries show too."""

    @property
    def conditions(self) -> dict[str, object]:
        """The conditions of the list that hold, with their values."""
        words = self.words.replace("\0", "").strip()
        found: dict[str, object] = {"words": sought(words), "kind": self.kind and self.kind.value}
        return {name: value for name, value in {**found, "kept": not self.archived}.items() if value}


EVERYTHING = AddressFilter()


def find_organizations(
    session: Session, me: int, asked: PageRequest, narrowed: AddressFilter = EVERYTHING
) -> Sequence[RowMapping]:
    """Return entries of the address book by name."""
    return ORGANIZATIONS.fetch(session, me, asked, narrowed.conditions)


def get_organization(session: Session, organization_id: UUID) -> Organization:
    """Return an entry; raises `NotFoundError`."""
    found = session.scalars(select(Organization).where(Organization.id == organization_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


ORGANIZATION = Versioned(
    Organization,
    get_organization,
    parts=lambda entry: (entry,),
    state=lambda entry: {"name": entry.name},
)
"""How an entry is held and marked while it is changed."""
