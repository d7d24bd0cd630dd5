"""What is told because a day has come: no answer for long, no Bestandskraft when nobody can object any more.

Whoever does what starts such a time asks for a look on that day, in the same transaction. Nothing goes over all rows
every day, and what has happened meanwhile is not told.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.telling import tell_of_time
from kimhub.core.jobs.outbox import after_commit
from kimhub.funding.events import ANSWER_AWAITED, NOT_ANSWERED, NOT_FINAL
from kimhub.funding.finality import suggested_finality
from kimhub.funding.models import Allocation, Grant, GrantKind, GrantVersion
from kimhub.funding.workflow import ANSWER_DAYS, State
from tenants import Actor, db
from tenants.proceedings import ProceedingEntry, latest_entry

UNANSWERED = "funding.look_for_answer"
FINALITY = "funding.look_for_finality"


def look_for_answer_later(session: Session, actor: Actor, step: ProceedingEntry) -> None:
    """Have somebody look after `ANSWER_DAYS` whether `step`, which gave or changed an allocation, is answered."""
    after_commit(
        session, actor, UNANSWERED, {"allocation_id": step.proceeding_id, "seq": step.seq},
        due_at=clock.morning(clock.today() + timedelta(days=ANSWER_DAYS + 1)),
    )  # fmt: skip


def look_for_finality_later(session: Session, actor: Actor, version: GrantVersion) -> None:
    """Have somebody look on the first day of Bestandskraft whether it is entered; not where that day is past."""
    final_from = suggested_finality(version.issued_on, version.received_on).final_from
    if final_from > clock.today():
        after_commit(session, actor, FINALITY, {"version_id": version.id}, due_at=clock.morning(final_from))


def tell_unanswered(actor: Actor, allocation_id: UUID, *, seq: int) -> None:
    """Tell giver and recipient that nobody has answered, unless anything was done since step number `seq`."""
    session = db.session()
    allocation = session.get(Allocation, (actor.tenant_id, allocation_id))
    step = latest_entry(session, allocation_id)
    if allocation is None or allocation.recipient_id is None or step is None or step.seq != seq:
        return
    if step.to_state not in (State.ISSUED, State.AMENDED):
        return
    act_id = uuid4()
    for kind, concerned in ((NOT_ANSWERED, actor.tenant_id), (ANSWER_AWAITED, allocation.recipient_id)):
        tell_of_time(
            session, actor, kind, allocation_id, about=allocation.title, concerns=concerned, act_id=act_id
        )


def tell_unfinal(actor: Actor, version_id: UUID) -> None:
    """Tell the own colleagues that a Bescheid in force has neither Bestandskraft nor a Rechtsbehelfsverzicht."""
    session = db.session()
    version = session.get(GrantVersion, (actor.tenant_id, version_id))
    if version is None or version.final_on is not None or version.waived_on is not None:
        return
    grant = session.get(Grant, (actor.tenant_id, version.grant_id))
    if grant is not None and grant.kind == GrantKind.BESCHEID and grant.current_version == version.number:
        tell_of_time(session, actor, NOT_FINAL, grant.id, about=grant.title)
