"""Steps of a proceeding tell the other side: whoever takes one says so, and no feature can forget it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core.events.kinds import EventKind, declare, kind_called
from kimhub.core.events.telling import tell
from tenants import Actor, Permission
from tenants.proceedings import Proceeding, ProceedingEntry, Side, Workflow, advance


def declare_steps(
    workflow: Workflow,
    *,
    page: str,
    names: str,
    told: Mapping[Side, Permission],
    urgent: Collection[str] = (),
    revoking: Collection[str] = (),
) -> None:
    """Declare an event for each step of `workflow`.

    `told` says for each side whom the steps of the *other* one concern there; `urgent` names the steps after which an
    answer is awaited, `revoking` those that take back what was told before; `page` and `names` as in `EventKind`.
    """
    other = {Side.INITIATOR: Side.COUNTERPART, Side.COUNTERPART: Side.INITIATOR}
    for step in workflow.transitions:
        declare(
            EventKind(
                code=_code(workflow, step.action), says=f"{{author}} {step.done}", thing=workflow.title,
                page=page, names=names, told=told[other[step.side]], urgent=step.action in urgent,
                revokes=step.action in revoking,
            )
        )  # fmt: skip


def take_step(
    session: Session,
    actor: Actor,
    workflow: Workflow,
    proceeding: Proceeding,
    *,
    action: str,
    note: str = "",
    expected_seq: int | None = None,
    act_id: UUID | None = None,
) -> ProceedingEntry:
    """Append the actor's step and tell the other side; what it takes and raises is said at `advance`."""
    entry = advance(session, actor, workflow, proceeding, action=action, note=note, expected_seq=expected_seq)
    tell(
        session, actor, kind_called(_code(workflow, action)), proceeding.id,
        about=proceeding.subject, concerns=_other_side(proceeding, actor), act_id=act_id,
    )  # fmt: skip
    return entry


def _other_side(proceeding: Proceeding, actor: Actor) -> int:
    initiates = proceeding.side_of(actor.tenant_id) is Side.INITIATOR
    return proceeding.counterpart_id if initiates else proceeding.tenant_id


def _code(workflow: Workflow, action: str) -> str:
    return f"{workflow.kind}.{action}"
