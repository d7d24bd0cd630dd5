"""A person chooses how often mail of a tenant's events comes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from kimhub.core import clock
from kimhub.core.errors import ForbiddenError
from kimhub.core.jobs.outbox import after_commit
from kimhub.inbox.models import Delivery, MailSetting
from kimhub.inbox.rhythm import Rhythm, next_gathering, usual_rhythm
from kimhub.inbox.usecases.receive_events import GATHER
from tenants import Actor, ActorKind, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseRhythm:
    """The wish of the person who acts, for the tenant they act for."""

    rhythm: Rhythm


def rhythm_of(actor: Actor) -> Rhythm:
    """Return what the actor has chosen here, else what is usual."""
    chosen = db.session().scalar(
        select(MailSetting.rhythm).where(
            MailSetting.tenant_id == actor.tenant_id, MailSetting.account_id == actor.subject
        )
    )
    return Rhythm(chosen) if chosen else usual_rhythm(actor.tenant_kind)


def choose_rhythm(actor: Actor, command: ChooseRhythm) -> None:
    """Note it. What waits to be gathered comes when it would by the new choice; „sofort“: now, in one mail.

    Raises `ForbiddenError` for a machine, which gets no mail.
    """
    actor.require(Permission.INBOX_READ)
    if actor.kind is not ActorKind.PERSON or actor.subject is None:
        raise ForbiddenError("E-Mails erhalten nur Personen.")
    session = db.session()
    setting = insert(MailSetting).values(
        tenant_id=actor.tenant_id, id=uuid4(), account_id=actor.subject, rhythm=command.rhythm
    )
    session.execute(
        setting.on_conflict_do_update(
            index_elements=["tenant_id", "account_id"],
            set_={"rhythm": setting.excluded.rhythm},
            where=MailSetting.rhythm != setting.excluded.rhythm,
        )
    )
    moment = next_gathering(command.rhythm, clock.now())
    waiting = session.execute(
        update(Delivery)
        .where(
            Delivery.tenant_id == actor.tenant_id,
            Delivery.account_id == actor.subject,
            Delivery.mail_due_at.is_not(None),
        )
        .values(mail_due_at=func.now() if moment is None else moment)
        .returning(Delivery.event_id)
        .execution_options(synchronize_session=False)
    ).all()
    if waiting:
        after_commit(
            session, actor, GATHER, {}, dedup_key=moment.isoformat() if moment else None, due_at=moment
        )
