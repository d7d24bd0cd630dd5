"""Who can take part in a distribution: the Gemeinden below, with their population, and the address book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.web.forms import MAX_ROWS
from kimhub.funding.public import Organization, OrganizationKind
from kimhub.programme.public import Party
from tenants import Actor, Tenant, TenantKind
from tenants.models import RegisterEntry

_GEMEINDEN = (
    select(Tenant.id, Tenant.name, Tenant.ags, RegisterEntry.population, RegisterEntry.population_date)
    .join(RegisterEntry, RegisterEntry.ags == Tenant.ags, isouter=True)
    .where(Tenant.parent_id == bindparam("kreis"), Tenant.id != bindparam("me"))
    .order_by(Tenant.sort_key, Tenant.id)
)
_ORGANIZATIONS = (
    select(Organization.id, Organization.name, Organization.kind)
    .where(Organization.tenant_id == bindparam("me"), Organization.archived_at.is_(None))
    .order_by(Organization.sort_key, Organization.id)
)
_KREIS = select(Tenant.parent_id).where(Tenant.id == bindparam("me"))


@dataclass(frozen=True, slots=True)
class Recipient:
    """One who can receive money: a Gemeinde (`tenant_id`) or a body of the address book (`organization_id`)."""

    name: str
    """Unique among all recipients; what the party is called in the distribution."""
    tenant_id: int | None = None
    organization_id: UUID | None = None
    ags: str | None = None
    population: int | None = None
    population_date: date | None = None
    kind: str = "Gemeinde"

    @property
    def reference(self) -> dict[str, Any]:
        """How a stored distribution refers to it."""
        if self.organization_id is not None:
            return {"organization": str(self.organization_id)}
        return {"tenant": self.tenant_id}


def recipients_of(session: Session, actor: Actor) -> list[Recipient]:
    """Return who can receive money from the actor's tenant: first the Gemeinden, then the address book.

    A Kreis gives to its Gemeinden, a Gemeinde to the others of its Kreis (fachlichkeit.md §4). A body of the address
    book that is called like a Gemeinde or like another body is told apart by its kind. At most as many as a form has
    rows; an address book that is longer wants tidying: archived entries do not count.
    """
    me = actor.tenant_id
    kreis = me if actor.tenant_kind is TenantKind.KREIS else session.scalar(_KREIS, {"me": me})
    found = [
        Recipient(
            row.name, tenant_id=row.id, ags=row.ags, population=row.population, population_date=row.population_date
        )
        for row in session.execute(_GEMEINDEN, {"kreis": kreis, "me": me})
    ]  # fmt: skip
    names = {recipient.name.casefold() for recipient in found}
    for row in session.execute(_ORGANIZATIONS, {"me": me}):
        kind = OrganizationKind(row.kind).label
        name = _free(names, row.name, kind)
        names.add(name.casefold())
        found.append(Recipient(name, organization_id=row.id, kind=kind))
    return found[:MAX_ROWS]


def _free(taken: set[str], name: str, kind: str) -> str:
    """Return `name` as far as a party may be called so and nobody else is."""
    name = name[:100]
    candidates = (
        name,
        f"{name[:60]} ({kind})",
        *(f"{name[:60]} ({kind} {number})" for number in range(2, 10_000)),
    )
    return next(candidate for candidate in candidates if candidate.casefold() not in taken)


def references_of(parties: Sequence[Party], recipients: Sequence[Recipient]) -> dict[str, Any]:
    """Return the reference of every party by its name, found by Gemeindeschlüssel or name.

    Raises `InvalidInputError` naming each party that cannot receive money.
    """
    by_ags = {recipient.ags: recipient for recipient in recipients if recipient.ags}
    by_name = {recipient.name.casefold(): recipient for recipient in recipients}
    found: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for index, party in enumerate(parties):
        recipient = by_ags.get(party.ags) if party.ags else by_name.get(party.name.casefold())
        if recipient is None:
            cure = "Nennen Sie eine Gemeinde des eigenen Kreises oder eine Stelle aus dem Adressbuch."
            problems[f"parties[{index}].name"] = [f"„{party.name}“ kann keine Mittel erhalten. {cure}"]
        elif recipient.reference in found.values():
            problems[f"parties[{index}].name"] = [
                f"„{party.name}“ kommt mehrmals vor. Lassen Sie einen Eintrag weg."
            ]
        else:
            found[party.name] = recipient.reference
    if problems:
        raise InvalidInputError("Bitte prüfen Sie die Beteiligten.", fields=problems)
    return found


def party_of(reference: Mapping[str, Any], recipients: Sequence[Recipient]) -> Recipient | None:
    """Return the recipient that a stored reference means, None if it can no longer receive money."""
    return next((recipient for recipient in recipients if recipient.reference == reference), None)
