"""Two weeks after a body received a notice, whoever there has not taken note is reminded, once and by nobody.

Neither giver nor office asks for it, so that no pressure lies in it: it says that a notice waits, nothing of others.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import Integer, Uuid, bindparam, exists, select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.models import Event
from kimhub.core.events.telling import tell_of_time
from kimhub.core.jobs.outbox import after_commit
from kimhub.notices.events import REMINDED
from kimhub.notices.models import Notice, NoticeRecipient
from tenants import Actor, db

REMIND = "notices.remind"
AFTER = timedelta(days=14)
"""So long a person has to take note before the reminder; committees meet less often."""

_DUE = (
    select(NoticeRecipient.recipient_id, Notice.subject)
    .join(Notice, (Notice.tenant_id == NoticeRecipient.tenant_id) & (Notice.id == NoticeRecipient.notice_id))
    .where(
        NoticeRecipient.tenant_id == bindparam("me", type_=Integer),
        NoticeRecipient.notice_id == bindparam("notice", type_=Uuid()),
        NoticeRecipient.withdrawn_at.is_(None),
        NoticeRecipient.created_at <= bindparam("until"),
        ~exists().where(
            Event.tenant_id == NoticeRecipient.tenant_id,
            Event.concerns == NoticeRecipient.recipient_id,
            Event.kind == REMINDED.code,
            Event.subject_id == NoticeRecipient.notice_id,
        ),
    )
    .order_by(NoticeRecipient.recipient_id)
)


def remind_later(session: Session, actor: Actor, notice_id: UUID) -> None:
    """Have somebody look when those who receive a notice today have had it for so long."""
    due_at = clock.now() + AFTER
    key = f"{notice_id}:{due_at.date().isoformat()}"
    after_commit(session, actor, REMIND, {"notice_id": notice_id}, dedup_key=key, due_at=due_at)


def remind_members(actor: Actor, notice_id: UUID) -> int:
    """Tell each body that has had a notice for so long that time has passed; return how many were told.

    Who of its people has not taken note is known there alone, and asked when it receives this.
    """
    session = db.session()
    values = {"me": actor.tenant_id, "notice": notice_id, "until": clock.now() - AFTER}
    act_id = uuid4()
    due = session.execute(_DUE, values).all()
    for row in due:
        tell_of_time(
            session, actor, REMINDED, notice_id, about=row.subject, concerns=row.recipient_id, act_id=act_id
        )
    return len(due)
