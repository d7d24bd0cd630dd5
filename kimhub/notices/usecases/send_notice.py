"""A notice is sent: from here on its recipients see it, and nobody changes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kimhub.core.events.telling import tell
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.readers import gemeinden_of, hold_readers, lacking
from kimhub.notices.events import SENT
from kimhub.notices.models import Notice, NoticeIncompleteError, NoticeRecipient
from kimhub.notices.queries import passages_of
from kimhub.notices.usecases.drafts import NOTICES, own_draft
from kimhub.notices.usecases.remind_members import remind_later
from kimhub.notices.usecases.topics import note_told, refuse_strange_topics
from tenants import Actor, db

JOIN = "notices.join"
"""The kind of job that gives new Gemeinden what is addressed to all."""

_MISSING = lacking(Notice, NoticeRecipient)


def send_notice(actor: Actor, notice_id: UUID) -> Notice:
    """Send a draft to whom it names: one recipient row and one event for each body.

    A Gemeinde that joins in this very moment is found by the job that follows the commit. Raises `ForbiddenError`,
    `NotFoundError`, `NoticeSentError`, and `NoticeIncompleteError` with what is missing.
    """
    hold_readers(db.session(), NOTICES)
    notice = own_draft(actor, notice_id)
    session = db.session()
    recipients = [
        *([actor.tenant_id] if notice.to_own else []),
        *(
            row["id"]
            for row in gemeinden_of(session, actor.tenant_id)
            if notice.to_gemeinden or row["id"] in notice.named
        ),
    ]
    missing = notice.missing(recipients)
    if missing:
        raise NoticeIncompleteError("Es fehlt noch etwas.", fields=missing)
    refuse_strange_topics(session, notice)
    notice.named, notice.actor_label = [], actor.label
    notice.released_at = session.scalar(select(func.now()))
    session.flush()  # recipients refer to the moment
    _add(session, actor, notice, recipients)
    if notice.to_gemeinden:
        after_commit(session, actor, JOIN, {}, dedup_key=str(notice.id))
    return notice


def give_to_new_gemeinden(actor: Actor) -> int:
    """Give whatever is addressed to all Gemeinden to those that do not have it yet; return how many rows that made."""
    session = db.session()
    hold_readers(session, NOTICES)
    rows = session.execute(_MISSING, {"me": actor.tenant_id}).all()
    notices = {notice.id: notice for notice in _notices(session, {row.id for row in rows})}
    for notice_id, notice in notices.items():
        _add(session, actor, notice, [row.recipient_id for row in rows if row.id == notice_id])
    return len(rows)


def _notices(session: Session, ids: Iterable[UUID]) -> Iterable[Notice]:
    wanted = sorted(ids)
    return session.scalars(
        select(Notice).where(Notice.id.in_(wanted)).order_by(Notice.released_at, Notice.id)
    )


def _add(session: Session, actor: Actor, notice: Notice, recipients: Sequence[int]) -> None:
    act_id = uuid4()
    remind_later(session, actor, notice.id)
    passages = passages_of(session, notice, recipients)
    for recipient_id in recipients:
        session.add(
            NoticeRecipient(
                tenant_id=actor.tenant_id,
                notice_id=notice.id,
                recipient_id=recipient_id,
                released_at=notice.released_at,
                passage=passages.get(recipient_id, ""),
            )
        )
        tell(session, actor, SENT, notice.id, about=notice.subject, concerns=recipient_id, act_id=act_id)
    session.flush()
    note_told(actor, notice, recipients)
