"""What the recipient of an allocation answers, and what the giver says to an objection."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kimhub.core.errors import ConflictError, NotFoundError
from kimhub.core.events.steps import take_step
from kimhub.core.versions import locked
from kimhub.funding.models import Allocation, Fund, FundCell, FundSource
from kimhub.funding.usecases.allocate import load_own_allocation, proceeding_of
from kimhub.funding.workflow import WORKFLOW
from tenants import Actor, Permission, db
from tenants.proceedings import ProceedingEntry, Step


class AlreadyPassedOnError(ConflictError):
    """Who has passed money on cannot waive it before taking it back."""

    code = "waive-after-passing-on"
    title = "Von diesen Mitteln ist schon weitergeleitet"


def confirm_allocation(actor: Actor, command: Step) -> ProceedingEntry:
    """Confirm the receipt; from now on the recipient may pass the money on.

    Raises `ForbiddenError`, `NotFoundError`, `ProceedingMovedError`.
    """
    session = db.session()
    allocation = _received(session, actor, command.proceeding_id)
    entry = _step(session, actor, allocation, command, "confirm")
    if not session.scalar(
        select(exists().where(Fund.tenant_id == actor.tenant_id, Fund.id == allocation.id))
    ):
        session.add(Fund(tenant_id=actor.tenant_id, id=allocation.id, source=FundSource.ALLOCATION))
        session.flush()  # its cells are there from now on
    return entry


def object_to_allocation(actor: Actor, command: Step) -> ProceedingEntry:
    """Object, with a reason; the giver answers, changes or ends the allocation. Raises as `confirm_allocation`."""
    session = db.session()
    return _step(session, actor, _received(session, actor, command.proceeding_id), command, "object")


def waive_allocation(actor: Actor, command: Step) -> ProceedingEntry:
    """Waive the money, with a reason; the giver takes it back, then it can go elsewhere.

    Raises as `confirm_allocation`, and `AlreadyPassedOnError` while parts of it are passed on.
    """
    session = db.session()
    allocation = _received(session, actor, command.proceeding_id)
    passed_on = exists().where(
        FundCell.tenant_id == actor.tenant_id, FundCell.fund_id == allocation.id, FundCell.passed_on > 0
    )
    if session.scalar(select(passed_on)):
        raise AlreadyPassedOnError(
            "Beenden Sie zuerst Ihre eigenen Weiterleitungen aus diesen Mitteln, dann können Sie verzichten."
        )
    return _step(session, actor, allocation, command, "waive")


def uphold_allocation(actor: Actor, command: Step) -> ProceedingEntry:
    """Answer an objection and stand by the allocation. Raises as `confirm_allocation`."""
    session = db.session()
    allocation = load_own_allocation(session, actor, command.proceeding_id)
    return _step(session, actor, allocation, command, "uphold")


def _received(session: Session, actor: Actor, allocation_id: UUID) -> Allocation:
    actor.require(Permission.FUNDING_WRITE)
    allocation = locked(session, Allocation, allocation_id)
    if allocation.shared_with != actor.tenant_id:
        raise NotFoundError
    return allocation


def _step(
    session: Session, actor: Actor, allocation: Allocation, command: Step, action: str
) -> ProceedingEntry:
    if allocation.recipient_id is None:
        raise NotFoundError
    return take_step(
        session, actor, WORKFLOW, proceeding_of(session, allocation),
        action=action, note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip
