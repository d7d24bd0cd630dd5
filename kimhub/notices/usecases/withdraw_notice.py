"""A notice is taken back: nobody reads it any more, everybody is told that it was."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from kimhub.core.errors import InvalidInputError
from kimhub.core.events.telling import tell
from kimhub.notices.events import WITHDRAWN
from kimhub.notices.models import Notice, NoticeRecipient, NoticeWithdrawnError
from kimhub.notices.usecases.drafts import own_notice
from kimhub.notices.usecases.send_notice import hold
from tenants import Actor, Tenant, db


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why it is taken back; `recipient` names the one body from which by its slug, None means all."""

    reason: str
    recipient: str | None = None


def withdraw_notice(actor: Actor, notice_id: UUID, command: Withdrawal) -> Notice:
    """Take a sent notice back and tell those who could read it.

    What has been taken note of stays on record. Raises `ForbiddenError`, `NotFoundError`, `InvalidInputError`
    without a reason, and `NoticeWithdrawnError` where nobody reads it (any more).
    """
    session = db.session()
    hold(session)
    notice = own_notice(actor, notice_id)
    if not command.reason:
        raise InvalidInputError("Es fehlt der Grund.", fields={"reason": ["Geben Sie einen Grund an."]})
    taken = update(NoticeRecipient).where(
        NoticeRecipient.tenant_id == actor.tenant_id,
        NoticeRecipient.notice_id == notice_id,
        NoticeRecipient.withdrawn_at.is_(None),
    )
    if command.recipient is not None:
        one = select(Tenant.id).where(Tenant.slug == command.recipient).scalar_subquery()
        taken = taken.where(NoticeRecipient.recipient_id == one)
    readers = session.scalars(
        taken.values(withdrawn_at=select(func.now()).scalar_subquery(), withdrawal=command.reason)
        .returning(NoticeRecipient.recipient_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not readers:
        raise NoticeWithdrawnError("Niemand dort liest diese Unterrichtung. Es gibt nichts zurückzunehmen.")
    act_id = uuid4()
    for recipient_id in sorted(readers):
        tell(
            session, actor, WITHDRAWN, notice_id,
            about=notice.subject, concerns=recipient_id, act_id=act_id,
        )  # fmt: skip
    session.flush()
    return notice
