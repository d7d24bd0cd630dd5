"""A person takes note of a notice."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from kimhub.core.errors import ForbiddenError, NotFoundError
from kimhub.inbox.public import read_about
from kimhub.notices.models import NoticeAcknowledgement, NoticeRecipient, NoticeTally
from kimhub.notices.queries import people_of_notice
from tenants import Actor, ActorKind, Permission, db


def acknowledge_notice(actor: Actor, notice_id: UUID) -> bool:
    """Note that the actor has taken note; return whether it is for the first time.

    The giver is told how many of the body did, never who. Raises `ForbiddenError` for a machine, `NotFoundError` for
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
    told = len(people_of_notice(session, me, notice_id))
    tally = insert(NoticeTally).values(**key, acknowledged=1, told=max(told, 1))
    # Counted up in the row as it is when its turn comes: two who press at once are two.
    count = NoticeTally.acknowledged + 1
    session.execute(
        tally.on_conflict_do_update(
            index_elements=["tenant_id", "notice_id"],
            set_={"acknowledged": count, "told": func.greatest(tally.excluded.told, count)},
        )
    )
    return True
