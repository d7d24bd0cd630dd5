"""Which Bausteine a tenant uses in a year, from the run of its decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kimhub.applications.models import BausteinDecision
from kimhub.core.errors import NotFoundError
from kimhub.programme.public import Baustein

_DECISIONS = (
    select(BausteinDecision)
    .where(BausteinDecision.tenant_id == bindparam("tenant"))
    .order_by(BausteinDecision.decided_on, BausteinDecision.created_at, BausteinDecision.id)
)


def list_decisions(session: Session, tenant_id: int) -> Sequence[BausteinDecision]:
    """Return all decisions of a tenant, the earliest first."""
    return session.scalars(_DECISIONS, {"tenant": tenant_id}).all()


def get_decision(session: Session, decision_id: UUID) -> BausteinDecision:
    """Return a decision, else `NotFoundError`."""
    found = session.scalars(select(BausteinDecision).where(BausteinDecision.id == decision_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def in_force(decisions: Iterable[BausteinDecision], baustein: Baustein, year: int) -> BausteinDecision | None:
    """Return the decision that counts for a Baustein in `year`: the latest of those that reach it; None: no decision.

    `decisions` come in the order of `list_decisions`.
    """
    found = None
    for decision in decisions:
        if decision.baustein == baustein and decision.from_year <= year:
            found = decision
    return found


def bausteine_not_used(session: Session, tenant_id: int, year: int) -> frozenset[Baustein]:
    """Return the Bausteine that a tenant has decided not to use in `year`; without a decision it uses them."""
    decisions = list_decisions(session, tenant_id)
    return frozenset(
        baustein
        for baustein in Baustein
        if (decision := in_force(decisions, baustein, year)) is not None and not decision.uses
    )
