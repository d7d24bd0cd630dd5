"""What a notice is about: of what happened, and so which committees have been told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.readers import hold_readers
from kimhub.notices.models import Notice, NoticeRecipient, NoticeTold, NoticeTopic
from kimhub.notices.usecases.drafts import NOTICES, own_notice
from kimhub.occurrences.public import OccurrenceLine, add_lines
from tenants import Actor, db


@dataclass(frozen=True, slots=True)
class Topics:
    """What a notice is about."""

    occurrences: Sequence[UUID]


def add_topics(actor: Actor, notice_id: UUID, command: Topics) -> Notice:
    """Say what a notice is about, also of one that was sent: those who received it have been told of that.

    Raises `ForbiddenError`, `NotFoundError` also for something that does not concern the own body, and
    `InvalidInputError` for something of another body where others than the own committees are addressed.
    """
    session = db.session()
    hold_readers(session, NOTICES)
    notice = own_notice(actor, notice_id)
    wanted = sorted(set(command.occurrences))
    lines = session.scalars(
        select(OccurrenceLine).where(
            OccurrenceLine.shared_with == actor.tenant_id, OccurrenceLine.occurrence_id.in_(wanted)
        )
    ).all()
    if {line.occurrence_id for line in lines} != {*wanted}:
        raise NotFoundError
    if lines:
        session.execute(
            insert(NoticeTopic)
            .values(
                [
                    {
                        "tenant_id": actor.tenant_id,
                        "notice_id": notice.id,
                        "owner_id": line.tenant_id,
                        "occurrence_id": line.occurrence_id,
                    }
                    for line in lines
                ]
            )
            .on_conflict_do_nothing(index_elements=["tenant_id", "notice_id", "owner_id", "occurrence_id"])
        )
    refuse_strange_topics(session, notice)
    if notice.released_at is not None:
        recipients = session.scalars(
            select(NoticeRecipient.recipient_id).where(
                NoticeRecipient.tenant_id == notice.tenant_id,
                NoticeRecipient.notice_id == notice.id,
                NoticeRecipient.withdrawn_at.is_(None),
            )
        ).all()
        note_told(actor, notice, recipients)
    return notice


def refuse_strange_topics(session: Session, notice: Notice) -> None:
    """Refuse to tell others of what happened in a third body; raises `InvalidInputError`."""
    only_own = notice.to_own and not notice.to_gemeinden and not notice.named
    if not only_own and any(topic.tenant_id != notice.tenant_id for topic in _topics(session, notice)):
        message = "Über Vorgänge einer anderen Kommune unterrichten Sie nur Ihre eigenen Gremien."
        raise InvalidInputError(message, fields={"to_own": [message]})


def note_told(actor: Actor, notice: Notice, recipients: Collection[int]) -> None:
    """Record of what each recipient has been told; where it had no line of it, it has one from now on.

    Of a proceeding with another body only that one and the own committees are told: nobody learns of a Weiterleitung to
    a neighbour because one notice was about all of them.
    """
    session = db.session()
    topics = _topics(session, notice)
    if not topics or not recipients:
        return
    sides = _other_sides(session, notice, topics)
    told = [
        (line, recipient)
        for line in topics
        for recipient in recipients
        if recipient == notice.tenant_id
        or line.occurrence_id not in sides
        or recipient in sides[line.occurrence_id]
    ]
    if not told:
        return
    add_lines(
        actor,
        (
            {
                "occurrence_id": line.occurrence_id, "concerns_id": recipient,
                "kind": line.kind, "happened_on": line.happened_on, "subject_id": None,
            }
            for line, recipient in told
            if line.tenant_id == notice.tenant_id
        ),
    )  # fmt: skip
    session.execute(
        insert(NoticeTold)
        .values(
            [
                {
                    "tenant_id": notice.tenant_id,
                    "notice_id": notice.id,
                    "owner_id": line.tenant_id,
                    "occurrence_id": line.occurrence_id,
                    "recipient_id": recipient,
                    "released_at": notice.released_at,
                    "committees": notice.committees,
                }
                for line, recipient in told
            ]
        )
        .on_conflict_do_nothing(
            index_elements=["tenant_id", "notice_id", "owner_id", "occurrence_id", "recipient_id"]
        )
    )


def _other_sides(
    session: Session, notice: Notice, topics: Sequence[OccurrenceLine]
) -> Mapping[UUID, Collection[int]]:
    """Return the bodies on the other side of each topic that is a proceeding with one."""
    found: defaultdict[UUID, set[int]] = defaultdict(set)
    for row in session.execute(
        select(OccurrenceLine.occurrence_id, OccurrenceLine.concerns_id).where(
            OccurrenceLine.tenant_id == notice.tenant_id,
            OccurrenceLine.occurrence_id.in_([line.occurrence_id for line in topics]),
            OccurrenceLine.subject_id.is_not(None),
        )
    ):
        found[row.occurrence_id].add(row.concerns_id)
    return found


def _topics(session: Session, notice: Notice) -> Sequence[OccurrenceLine]:
    return session.scalars(
        select(OccurrenceLine)
        .join(
            NoticeTopic,
            (NoticeTopic.owner_id == OccurrenceLine.tenant_id)
            & (NoticeTopic.occurrence_id == OccurrenceLine.occurrence_id),
        )
        .where(
            OccurrenceLine.shared_with == notice.tenant_id,
            NoticeTopic.tenant_id == notice.tenant_id,
            NoticeTopic.notice_id == notice.id,
        )
        .order_by(OccurrenceLine.happened_on, OccurrenceLine.occurrence_id)
    ).all()
