"""The address book as it is searched: by part of a name, archived entries only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy import RowMapping, Text, bindparam, or_, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.funding.models import Organization, OrganizationKind

_ROWS = select(
    Organization.id, Organization.name, Organization.kind, Organization.contact, Organization.address,
    Organization.email, Organization.sort_key, Organization.archived_at,
).where(Organization.tenant_id == bindparam("me"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """What the address book is narrowed to."""

    words: str = ""
    """Part of name or contact, in capitals or not."""
    kind: OrganizationKind | None = None
    archived: bool = False
    """Whether archived entries show too."""

    @property
    def is_set(self) -> bool:
        """Whether the list shows something else than usual."""
        return self != AddressFilter()


EVERYTHING = AddressFilter()


@lru_cache
def _listed(*, words: bool, kind: bool, archived: bool) -> KeysetList:
    statement = _ROWS
    if words:
        sought = bindparam("words", type_=Text())
        statement = statement.where(
            or_(Organization.name.icontains(sought), Organization.contact.icontains(sought))
        )
    if kind:
        statement = statement.where(Organization.kind == bindparam("kind"))
    if not archived:
        statement = statement.where(Organization.archived_at.is_(None))
    return KeysetList(statement, Organization.sort_key, Organization.id, descending=False)


def find_organizations(
    session: Session, me: int, asked: PageRequest, narrowed: AddressFilter = EVERYTHING
) -> Sequence[RowMapping]:
    """Return entries of the address book by name."""
    words = narrowed.words.replace("\0", "").strip()
    listed = _listed(words=bool(words), kind=narrowed.kind is not None, archived=narrowed.archived)
    escaped = words.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    arguments = {"me": me, "words": escaped, "kind": narrowed.kind and narrowed.kind.value}
    return listed.fetch(session, asked, arguments)


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
