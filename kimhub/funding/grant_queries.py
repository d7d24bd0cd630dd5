"""Reads around one grant: what is left in its cells, who draws on them, its files, and what happened to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kimhub.core.documents import Document
from kimhub.core.errors import NotFoundError
from kimhub.funding.models import (
    Allocation,
    AllocationItem,
    AllocationVersion,
    FundCell,
    GrantDocument,
    GrantVersion,
)
from kimhub.funding.queries import Balance
from kimhub.programme.public import Cell, GrantPurpose
from tenants import Tenant


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an allocation in force takes from one cell of a fund, in euro."""

    allocation_id: UUID
    title: str
    recipient: str
    cell: Cell
    amount: Decimal


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a Bescheid; `id` is that of the attachment, not of the document."""

    id: UUID
    document: Document


_CELLS = (
    select(FundCell.year, FundCell.purpose, FundCell.funded, FundCell.passed_on)
    .where(FundCell.tenant_id == bindparam("me"), FundCell.fund_id == bindparam("fund"))
    .order_by(FundCell.year, FundCell.baustein, FundCell.purpose)
)
_Recipient = Tenant.__table__.alias("recipient")
_DRAWN = (
    select(
        Allocation.id,
        Allocation.title,
        func.coalesce(_Recipient.c.name, Allocation.organization_name).label("recipient"),
        AllocationItem.year,
        AllocationItem.purpose,
        AllocationItem.amount,
    )
    .join(
        AllocationVersion,
        (AllocationVersion.tenant_id == Allocation.tenant_id)
        & (AllocationVersion.allocation_id == Allocation.id)
        & (AllocationVersion.number == Allocation.current_version),
    )
    .join(
        AllocationItem,
        (AllocationItem.tenant_id == AllocationVersion.tenant_id)
        & (AllocationItem.version_id == AllocationVersion.id),
    )
    .join(_Recipient, _Recipient.c.id == Allocation.recipient_id, isouter=True)
    .where(
        Allocation.tenant_id == bindparam("me"),
        Allocation.fund_id == bindparam("fund"),
        AllocationItem.amount > 0,
    )
    .order_by(
        AllocationItem.year, AllocationItem.baustein, AllocationItem.purpose, "recipient", Allocation.id
    )
)


def balances_of(session: Session, me: int, fund_id: UUID) -> list[Balance]:
    """Return the cells of one fund with what is left."""
    return [
        Balance(Cell.of(row.year, GrantPurpose(row.purpose)), row.funded, row.passed_on)
        for row in session.execute(_CELLS, {"me": me, "fund": fund_id})
    ]


def drawn_from(session: Session, me: int, fund_id: UUID) -> list[Drawn]:
    """Return what allocations in force take from a fund, cell by cell."""
    return [
        Drawn(row.id, row.title, row.recipient, Cell.of(row.year, GrantPurpose(row.purpose)), row.amount)
        for row in session.execute(_DRAWN, {"me": me, "fund": fund_id})
    ]


def grant_documents(session: Session, versions: Collection[GrantVersion]) -> dict[UUID, list[AttachedFile]]:
    """Return the files of each of `versions`, in the order in which they came."""
    found: dict[UUID, list[AttachedFile]] = {version.id: [] for version in versions}
    rows = session.execute(
        select(GrantDocument, Document)
        .join(
            Document,
            (Document.tenant_id == GrantDocument.tenant_id) & (Document.id == GrantDocument.document_id),
        )
        .where(GrantDocument.version_id.in_(list(found)))
        .order_by(GrantDocument.created_at, GrantDocument.id)
    )
    for attached, document in rows:
        found[attached.version_id].append(AttachedFile(attached.id, document))
    return found


def get_grant_document(session: Session, grant_document_id: UUID) -> Document:
    """Return the document of a Bescheid; raises `NotFoundError`."""
    document = session.scalars(
        select(Document)
        .join(
            GrantDocument,
            (GrantDocument.tenant_id == Document.tenant_id) & (GrantDocument.document_id == Document.id),
        )
        .where(GrantDocument.id == grant_document_id)
    ).one_or_none()
    if document is None:
        raise NotFoundError
    return document
