"""Grants and allocations as tests need them: short to write, made by the use cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from kimhub.funding.public import (
    Allocate,
    Bescheid,
    CellAmount,
    EnterGrant,
    GrantKind,
    OrganizationDetails,
    OrganizationKind,
    Terms,
    add_organization,
    allocate,
    allocation_file,
    confirm_allocation,
    enter_grant,
    funds,
    grant_file,
    issue_allocations,
    record_bescheid,
)
from kimhub.programme.public import Cell, GrantPurpose
from tenants import Actor, transaction
from tenants.proceedings import Step

CASE_MANAGEMENT = GrantPurpose.CASE_MANAGEMENT
KOORDINATION = GrantPurpose.KOORDINATION
CELL = Cell.of(2026, CASE_MANAGEMENT)


def euro(amount: Decimal | int | str, cell: Cell = CELL, fte: str | None = None) -> CellAmount:
    """Return an amount in a cell."""
    return CellAmount(cell, Decimal(amount).quantize(Decimal("0.01")), Decimal(fte) if fte else None)


def bescheid(*items: CellAmount, **more: Any) -> Bescheid:
    """Return what a Bescheid for 2026 says."""
    return Bescheid(
        **{
            "aktenzeichen": "36.01.01-1/26", "issued_on": date(2026, 2, 1), "received_on": date(2026, 2, 4),
            "period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31), "items": items, **more,
        }
    )  # fmt: skip


def terms(*items: CellAmount, **more: Any) -> Terms:
    """Return what a Weiterleitung for 2026 says."""
    return Terms(
        **{
            "issued_on": date(2026, 3, 1), "period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31),
            "items": items, **more,
        }
    )  # fmt: skip


def granted(actor: Actor, *items: CellAmount, recorded: bool = True, **more: Any) -> UUID:
    """Enter a grant and record it; return its id, which is also that of its fund."""
    with transaction(actor) as session:
        grant = enter_grant(
            actor,
            EnterGrant(
                title="KIM 2026",
                kind=GrantKind.BESCHEID,
                granted_by="Bezirksregierung",
                bescheid=bescheid(*items, **more),
            ),
        )
        if recorded:
            record_bescheid(actor, grant_file(session, grant.id).versions[0].id)
        return grant.id


def drafted(
    actor: Actor, fund: UUID, to: int | UUID, *items: CellAmount, title: str = "Case Management", **more: Any
) -> UUID:
    """Prepare an allocation to a tenant (int) or an organisation (UUID)."""
    recipient = {"recipient_id": to} if isinstance(to, int) else {"organization_id": to}
    with transaction(actor):
        return allocate(
            actor, Allocate(fund_id=fund, title=title, terms=terms(*items, **more), **recipient)
        ).id


def issued(actor: Actor, fund: UUID, to: int | UUID, *items: CellAmount, **more: Any) -> UUID:
    """Issue an allocation."""
    allocation_id = drafted(actor, fund, to, *items, **more)
    with transaction(actor):
        issue_allocations(actor, [allocation_id])
    return allocation_id


def confirmed(giver: Actor, recipient: Actor, fund: UUID, *items: CellAmount, **more: Any) -> UUID:
    """Issue an allocation that the recipient confirms; return its id, which is also that of the new fund."""
    allocation_id = issued(giver, fund, recipient.tenant_id, *items, **more)
    with transaction(recipient):
        confirm_allocation(recipient, Step(allocation_id))
    return allocation_id


def traeger(actor: Actor, name: str = "Wohlfahrtsverband") -> UUID:
    """Put a Träger into the address book."""
    with transaction(actor):
        return add_organization(actor, OrganizationDetails(name=name, kind=OrganizationKind.TRAEGER)).id


def own_office(actor: Actor, name: str = "Amt für Integration") -> UUID:
    """Put a part of the own administration into the address book."""
    with transaction(actor):
        return add_organization(actor, OrganizationDetails(name=name, kind=OrganizationKind.AMT)).id


def left(actor: Actor, fund_id: UUID, cell: Cell = CELL) -> Decimal:
    """Return what is left of a cell of the actor's fund."""
    with transaction(actor, read_only=True) as session:
        fund = next(fund for fund in funds(session, actor.tenant_id) if fund.id == fund_id)
        return next(balance.left for balance in fund.balances if balance.cell == cell)


def state(actor: Actor, allocation_id: UUID) -> str:
    """Return where an allocation stands for `actor`."""
    with transaction(actor, read_only=True) as session:
        return allocation_file(session, allocation_id).state.value


def plain(text: str) -> str:
    """Return a sentence with ordinary spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")
