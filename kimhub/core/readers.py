"""Rows with many readers: who they are by rule, who lacks what, and how it is taken back (docs/adr/0044).

For every feature whose table declares `SharedWithMany` and has a column ``to_gemeinden``: the rule that all Gemeinden
of the Kreis read it, those that join later, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, RowMapping, Select, bindparam, exists, func, null, select, update
from sqlalchemy.orm import Session, aliased

from kimhub.core.errors import InvalidInputError
from tenants import Tenant

_GEMEINDEN = (
    select(Tenant.id, Tenant.slug, Tenant.ags, Tenant.official_name)
    .where(Tenant.parent_id == bindparam("me", type_=Integer))
    .order_by(Tenant.sort_key, Tenant.id)
)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why something is taken back; `recipient` names the one body from which by its slug, None means all."""

    reason: str
    recipient: str | None = None


def gemeinden_of(session: Session, me: int) -> Sequence[RowMapping]:
    """Return the Gemeinden of the own Kreis that take part."""
    return session.execute(_GEMEINDEN, {"me": me}).mappings().all()


def gemeinden_called(session: Session, me: int, slugs: Sequence[str]) -> list[int]:
    """Return the ids of Gemeinden of the own Kreis; raises `InvalidInputError` (field `named`) for any other slug."""
    if not slugs:
        return []
    known = {row["slug"]: row["id"] for row in gemeinden_of(session, me)}
    strange = [slug for slug in slugs if slug not in known]
    if strange:
        message = f"Keine Gemeinde Ihres Kreises, die an KIMHub teilnimmt: {', '.join(strange)}."
        raise InvalidInputError(message, fields={"named": [message]})
    return sorted(known[slug] for slug in slugs)


def hold_readers(session: Session, what: str) -> None:
    """Let one at a time of a body say who reads its `what`: nobody withdraws what is given out at that moment."""
    session.execute(select(func.app.hold(what, null())))


def lacking(shared: Any, readers: Any) -> Select[tuple[UUID, int]]:
    """Return the statement of what is addressed to all Gemeinden of the Kreis ``:me``, and which of them lack it.

    `shared` is the model that declares `SharedWithMany`, `readers` that of its recipients. What was taken back from
    everybody is not given to anybody new.
    """
    one = aliased(readers)

    def are_of_it(rows: Any) -> Any:
        return (rows.tenant_id == shared.tenant_id) & (getattr(rows, shared.__isolation__.via) == shared.id)

    return (
        select(shared.id, Tenant.id.label("recipient_id"))
        .join(Tenant, Tenant.parent_id == shared.tenant_id)
        .where(
            shared.tenant_id == bindparam("me", type_=Integer),
            shared.to_gemeinden,
            shared.released_at.is_not(None),
            ~exists().where(are_of_it(readers), readers.recipient_id == Tenant.id),
            ~exists().where(are_of_it(one)) | exists().where(are_of_it(one), one.withdrawn_at.is_(None)),
        )
        .order_by(shared.released_at, shared.id, Tenant.id)
    )


def take_back(
    session: Session, readers: Any, owner_id: int, shared_id: UUID, withdrawal: Withdrawal
) -> Sequence[int]:
    """Let nobody, or not the one body that is named, read this any more; return from whom it was taken, in order.

    `readers` is the model of the recipients. Raises `InvalidInputError` without a reason.
    """
    if not withdrawal.reason:
        raise InvalidInputError("Es fehlt der Grund.", fields={"reason": ["Geben Sie einen Grund an."]})
    (via,) = (
        key.name for key in readers.__table__.primary_key if key.name not in {"tenant_id", "recipient_id"}
    )
    taken = update(readers).where(
        readers.tenant_id == owner_id, getattr(readers, via) == shared_id, readers.withdrawn_at.is_(None)
    )
    if withdrawal.recipient is not None:
        one = select(Tenant.id).where(Tenant.slug == withdrawal.recipient).scalar_subquery()
        taken = taken.where(readers.recipient_id == one)
    return sorted(
        session.scalars(
            taken.values(withdrawn_at=select(func.now()).scalar_subquery(), withdrawal=withdrawal.reason)
            .returning(readers.recipient_id)
            .execution_options(synchronize_session=False)
        )
    )
