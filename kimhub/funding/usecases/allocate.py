"""Preparing an allocation: to a Gemeinde below, or to a body of the address book."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kimhub.core.errors import ConflictError, NotFoundError
from kimhub.core.versions import locked
from kimhub.funding.errors import RecipientError
from kimhub.funding.models import (
    Allocation,
    AllocationItem,
    AllocationVersion,
    Fund,
    FundSource,
    Organization,
)
from kimhub.funding.terms import Terms, check_items, check_period
from kimhub.funding.usecases.items import add_items
from kimhub.funding.workflow import WORKFLOW
from tenants import Actor, Permission, Tenant, TenantKind, db
from tenants.proceedings import Proceeding, discard_draft, open_proceeding


class AllocationIssuedError(ConflictError):
    """An issued allocation is changed by a new version, not by editing."""

    code = "allocation-issued"
    title = "Die Weiterleitung ist schon erteilt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocate:
    """An allocation from a fund; exactly one of `recipient_id` (a tenant) and `organization_id` is given."""

    fund_id: UUID
    title: str
    terms: Terms
    recipient_id: int | None = None
    organization_id: UUID | None = None


def allocate(actor: Actor, command: Allocate) -> Allocation:
    """Prepare an allocation as a draft that nobody else sees and that takes nothing from the fund yet.

    Raises `ForbiddenError`, `NotFoundError` for a fund or organisation that is not there, `RecipientError` for a
    tenant that is not below, `InvalidInputError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    _check(command.terms)
    session = db.session()
    fund = _fund(session, command.fund_id)
    allocation = Allocation(tenant_id=actor.tenant_id, fund_id=fund.id, title=command.title.strip())
    if fund.source == FundSource.ALLOCATION:
        above = session.scalars(select(Allocation).where(Allocation.id == fund.id)).one()
        allocation.source_allocation_id, allocation.upstream_id = above.id, above.tenant_id
    if (command.recipient_id is None) == (command.organization_id is None):
        raise RecipientError(
            "Es fehlt, wer die Mittel erhält.",
            fields={"recipient": ["Wählen Sie eine Gemeinde oder eine Stelle aus dem Adressbuch."]},
        )
    if command.recipient_id is not None:
        allocation.recipient_id = command.recipient_id
        allocation.kreis_id = _kreis_between(session, actor, command.recipient_id, fund)
        proceeding = open_proceeding(
            session, actor, WORKFLOW, counterpart_id=command.recipient_id, subject=command.title.strip()
        )
        session.flush()  # the allocation takes the proceeding's id
        allocation.id = proceeding.id
    else:
        organization = _organization(session, command.organization_id)
        allocation.organization_id, allocation.organization_name = organization.id, organization.name
    session.add(allocation)
    session.flush()  # the version refers to it
    add_version(session, actor, allocation, 1, command.terms)
    return allocation


def change_allocation_draft(actor: Actor, allocation_id: UUID, *, title: str, terms: Terms) -> Allocation:
    """Replace what a draft says; raises `NotFoundError`, `InvalidInputError`, `AllocationIssuedError`."""
    actor.require(Permission.FUNDING_WRITE)
    _check(terms)
    session = db.session()
    allocation = load_draft_allocation(session, actor, allocation_id)
    allocation.title = title.strip()
    if allocation.recipient_id is not None:
        proceeding_of(session, allocation).subject = title.strip()
    version = first_version(session, allocation)
    fill_version(version, terms)
    session.execute(
        delete(AllocationItem).where(
            AllocationItem.tenant_id == actor.tenant_id, AllocationItem.version_id == version.id
        )
    )
    add_items(session, actor, AllocationItem, version.id, terms.items)
    return allocation


def discard_allocation(actor: Actor, allocation_id: UUID) -> None:
    """Drop a draft; raises `NotFoundError`, `AllocationIssuedError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    allocation = load_draft_allocation(session, actor, allocation_id)
    proceeding = proceeding_of(session, allocation) if allocation.recipient_id is not None else None
    session.delete(allocation)
    session.flush()  # a constraint speaks now
    if proceeding is not None:
        discard_draft(session, proceeding)


def load_own_allocation(session: Session, actor: Actor, allocation_id: UUID) -> Allocation:
    """Return an allocation that the actor's tenant gives, locked; raises `NotFoundError`."""
    allocation = locked(session, Allocation, allocation_id)
    if allocation.tenant_id != actor.tenant_id:
        raise NotFoundError
    return allocation


def proceeding_of(session: Session, allocation: Allocation) -> Proceeding:
    """Return what giver and recipient do together, as it is now that the allocation is locked."""
    return session.get_one(Proceeding, (allocation.tenant_id, allocation.id), populate_existing=True)


def load_draft_allocation(session: Session, actor: Actor, allocation_id: UUID) -> Allocation:
    """Return an allocation of one's own that is not issued, locked; raises also `AllocationIssuedError`."""
    allocation = load_own_allocation(session, actor, allocation_id)
    if allocation.issued_at is not None:
        raise AllocationIssuedError(
            "Eine erteilte Weiterleitung wird durch eine neue Fassung geändert. Öffnen Sie sie und wählen Sie "
            "„Weiterleitung ändern“."
        )
    return allocation


def first_version(session: Session, allocation: Allocation) -> AllocationVersion:
    """Return the one version of a draft."""
    return session.scalars(
        select(AllocationVersion).where(
            AllocationVersion.tenant_id == allocation.tenant_id,
            AllocationVersion.allocation_id == allocation.id,
            AllocationVersion.number == 1,
        )
    ).one()


def add_version(
    session: Session, actor: Actor, allocation: Allocation, number: int, terms: Terms
) -> AllocationVersion:
    """Write a version with its items; not in force yet."""
    version = AllocationVersion(tenant_id=actor.tenant_id, allocation_id=allocation.id, number=number)
    fill_version(version, terms)
    session.add(version)
    session.flush()  # the items refer to it
    add_items(session, actor, AllocationItem, version.id, terms.items)
    return version


def fill_version(version: AllocationVersion, terms: Terms) -> None:
    """Write what `terms` say into a version."""
    version.issued_on = terms.issued_on
    version.period_from = terms.period_from
    version.period_to = terms.period_to
    version.conditions = terms.conditions.strip()
    version.reason = terms.reason.strip()
    version.consent_on = terms.consent_on
    version.consent_reference = terms.consent_reference.strip()


def _check(terms: Terms) -> None:
    check_period(terms.period_from, terms.period_to)
    check_items(terms.items, terms.period_from, terms.period_to)


def _fund(session: Session, fund_id: UUID) -> Fund:
    fund = session.scalars(select(Fund).where(Fund.id == fund_id)).one_or_none()
    if fund is None:
        raise NotFoundError
    return fund


def _organization(session: Session, organization_id: UUID | None) -> Organization:
    known = session.scalars(
        select(Organization).where(Organization.id == organization_id, Organization.archived_at.is_(None))
    ).one_or_none()
    if known is None:
        raise NotFoundError
    return known


def _kreis_between(session: Session, actor: Actor, recipient_id: int, fund: Fund) -> int:
    """Return the Kreis in which the recipient lies and giver acts; raises `RecipientError`.

    A Kreis gives to its Gemeinden. A Gemeinde gives to a Gemeinde of the same Kreis, from money that it received.
    """
    recipient = session.get(Tenant, recipient_id)
    giver = session.get_one(Tenant, actor.tenant_id)
    own = giver.id if giver.kind == TenantKind.KREIS else giver.parent_id
    if recipient is None or recipient.id == giver.id or own is None or recipient.parent_id != own:
        raise RecipientError(
            "Mittel gehen an Gemeinden des eigenen Kreises.",
            fields={
                "recipient": ["Wählen Sie eine Gemeinde aus der Liste oder eine Stelle aus dem Adressbuch."]
            },
        )
    if giver.kind != TenantKind.KREIS and fund.source != FundSource.ALLOCATION:
        raise RecipientError(
            "An eine andere Gemeinde kann nur weitergeleitet werden, was selbst durch Weiterleitung kam.",
            fields={
                "fund": ["Wählen Sie Mittel, die Sie vom Kreis oder einer anderen Gemeinde erhalten haben."]
            },
        )
    return own
