"""A person takes note of a notice."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core.errors import ForbiddenError, NotFoundError
from kimhub.inbox.public import read_about
from kimhub.notices.models import (
    NoticeAcknowledgement,
    NoticeCommitteeTally,
    NoticeRecipient,
    NoticeTally,
)
from kimhub.notices.queries import committees_of, is_for_reader, people_of_notice
from tenants import Actor, ActorKind, Permission, db


def acknowledge_notice(actor: Actor, notice_id: UUID) -> bool:
    """Note that the actor has taken note; return whether it is for the first time.

    The giver is told how many of the body did, never who. Raises `ForbiddenError` for a machine and for
    whom the notice is not, `NotFoundError` for
    a notice that the body has not received, `NoticeWithdrawnError` if it is taken back in the same moment.
    """
    actor.require(Permission.NOTICE_ACKNOWLEDGE)
    if actor.kind is not ActorKind.PERSON or actor.subject is None:
        raise ForbiddenError("Zur Kenntnis nehmen können nur Personen.")
    session, me = db.session(), actor.tenant_id
    owner_id = session.scalar(
        select(NoticeRecipient.tenant_id).where(
            NoticeRecipient.shared_with == me, NoticeRecipient.notice_id == notice_id
        )
    )
    if owner_id is None:
        raise NotFoundError
    if not is_for_reader(session, actor, notice_id):
        raise ForbiddenError("Diese Unterrichtung richtet sich an andere Gremien.")
    key = {"tenant_id": me, "notice_id": notice_id, "owner_id": owner_id}
    noted = session.scalar(
        insert(NoticeAcknowledgement)
        .values(**key, account_id=actor.subject)
        .on_conflict_do_nothing(index_elements=["tenant_id", "notice_id", "account_id"])
        .returning(NoticeAcknowledgement.created_at)
    )
    read_about(actor, notice_id)
    if noted is None:
        return False
    _count(session, NoticeTally, key, len(people_of_notice(session, me, notice_id)))
    for row in committees_of(session, actor, notice_id):
        _count(session, NoticeCommitteeTally, {**key, "committee_id": row["committee_id"]}, row["told"])
    return True


def _count(
    session: Session, tally: type[NoticeTally | NoticeCommitteeTally], key: dict[str, object], told: int
) -> None:
    """Count one person more; in the row as it is when its turn comes, so that two who press at once are two."""
    one = insert(tally).values(**key, acknowledged=1, told=max(told, 1))
    count = tally.acknowledged + 1
    session.execute(
        one.on_conflict_do_update(
            index_elements=[name for name in key if name != "owner_id"],
            set_={"acknowledged": count, "told": func.greatest(one.excluded.told, count)},
        )
    )
