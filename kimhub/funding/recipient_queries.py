"""To whom a tenant can pass money on: the Gemeinden of its Kreis, and its address book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.funding.models import Organization, OrganizationKind
from kimhub.funding.queries import FundView
from tenants import Actor, Tenant, TenantKind

_GEMEINDEN = (
    select(Tenant.id, Tenant.official_name)
    .where(Tenant.parent_id == bindparam("kreis"), Tenant.id != bindparam("me"))
    .order_by(Tenant.sort_key, Tenant.id)
)
_NAMED = select(Tenant.id).where(or_(Tenant.ags == bindparam("word"), Tenant.slug == bindparam("word")))
_ORGANIZATIONS = (
    select(Organization.id, Organization.name, Organization.kind)
    .where(Organization.tenant_id == bindparam("me"), Organization.archived_at.is_(None))
    .order_by(Organization.sort_key, Organization.id)
)
_KREIS = select(func.coalesce(Tenant.parent_id, Tenant.id)).where(Tenant.id == bindparam("me"))
_GEMEINDE, _STELLE = "gemeinde-", "stelle-"


def recipient_options(session: Session, actor: Actor, fund: FundView) -> list[Option]:
    """Return who can receive money of `fund`, Gemeinden first, each group by name.

    A Gemeinde passes on to another Gemeinde only what it received itself (fachlichkeit.md §4).
    """
    me = actor.tenant_id
    found: list[Option] = []
    if actor.tenant_kind is TenantKind.KREIS or not fund.is_grant:
        found = [
            Option(f"{_GEMEINDE}{row.id}", row.official_name)
            for row in session.execute(
                _GEMEINDEN, {"kreis": session.scalar(_KREIS, {"me": me}), "me": me}
            )
        ]  # fmt: skip
    found += [
        Option(f"{_STELLE}{row.id}", f"{row.name} ({OrganizationKind(row.kind).label})")
        for row in session.execute(_ORGANIZATIONS, {"me": me})
    ]
    return found


def recipient_of(value: str) -> dict[str, Any]:
    """Return the recipient that an option means, as `Allocate` takes it."""
    if value.startswith(_GEMEINDE):
        return {"recipient_id": int(value.removeprefix(_GEMEINDE))}
    return {"organization_id": UUID(value.removeprefix(_STELLE))}


def recipient_from_json(session: Session, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the recipient that the API names: a Gemeinde by its key or slug, or a body of the address book.

    Raises `InvalidInputError` for a word that means nobody.
    """
    if given.get("recipient") is None:
        return {"organization_id": given.get("organization_id")}
    recipient_id = session.scalar(_NAMED, {"word": given["recipient"]})
    if recipient_id is None:
        message = "Unter diesem Gemeindeschlüssel oder Kürzel ist keine Gemeinde im Portal."
        raise InvalidInputError(message, fields={"recipient": [message]})
    return {"recipient_id": recipient_id, "organization_id": given.get("organization_id")}
