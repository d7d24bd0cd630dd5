"""Issuing allocations: all of them or none, each covered by its fund."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kimhub.core.errors import ConflictError
from kimhub.core.events.steps import take_step
from kimhub.funding.models import Allocation
from kimhub.funding.usecases.allocate import first_version, load_draft_allocation, proceeding_of
from kimhub.funding.usecases.tell_committees import record_allocation
from kimhub.funding.usecases.tell_of_days import look_for_answer_later
from kimhub.funding.workflow import WORKFLOW, State
from tenants import Actor, Permission, db
from tenants.proceedings import latest_entry, state_of


class WaivedError(ConflictError):
    """Who has waived money cannot pass it on."""

    code = "fund-waived"
    title = "Auf diese Mittel wurde verzichtet"


def issue_allocations(actor: Actor, allocation_ids: Sequence[UUID]) -> list[Allocation]:
    """Issue drafts; what they take from their funds is gone from there, recipients see them from now on.

    They come into force one after the other in a fixed order, so that two people who issue overlapping batches wait
    for each other. Raises `NotFoundError`, `AllocationIssuedError`, `WaivedError`, and from the database
    `OverdrawnError` with what is left; then none of them is issued.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    issued, act_id = [], uuid4()
    for allocation_id in sorted(set(allocation_ids)):
        allocation = load_draft_allocation(session, actor, allocation_id)
        _refuse_waived(session, allocation)
        version = first_version(session, allocation)
        version.recorded_at = session.scalar(select(func.now()))
        session.flush()  # the ledger's triggers speak now
        session.refresh(allocation)
        if allocation.recipient_id is not None:
            proceeding = proceeding_of(session, allocation)
            step = take_step(session, actor, WORKFLOW, proceeding, action="issue", act_id=act_id)
            look_for_answer_later(session, actor, step)
        record_allocation(session, actor, allocation, version)
        issued.append(allocation)
    return issued


def _refuse_waived(session: Session, allocation: Allocation) -> None:
    above = allocation.source_allocation_id
    if above is not None and state_of(latest_entry(session, above)) == State.WAIVED:
        raise WaivedError(
            "Auf diese Mittel haben Sie verzichtet. Sie gehen an die gebende Stelle zurück und können nicht mehr "
            "weitergeleitet werden."
        )
