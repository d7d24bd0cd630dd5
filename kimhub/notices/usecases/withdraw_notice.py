"""A notice is taken back: nobody reads it any more, everybody is told that it was."""

from __future__ import annotations

from uuid import UUID, uuid4

from kimhub.core.events.telling import tell
from kimhub.core.readers import Withdrawal, hold_readers, take_back
from kimhub.notices.events import WITHDRAWN
from kimhub.notices.models import Notice, NoticeRecipient, NoticeWithdrawnError
from kimhub.notices.usecases.drafts import NOTICES, own_notice
from tenants import Actor, db


def withdraw_notice(actor: Actor, notice_id: UUID, command: Withdrawal) -> Notice:
    """Take a sent notice back and tell those who could read it.

    What has been taken note of stays on record. Raises `ForbiddenError`, `NotFoundError`, `InvalidInputError`
    without a reason, and `NoticeWithdrawnError` where nobody reads it (any more).
    """
    session = db.session()
    hold_readers(session, NOTICES)
    notice = own_notice(actor, notice_id)
    readers = take_back(session, NoticeRecipient, actor.tenant_id, notice_id, command)
    if not readers:
        raise NoticeWithdrawnError("Niemand dort liest diese Unterrichtung. Es gibt nichts zurückzunehmen.")
    act_id = uuid4()
    for recipient_id in readers:
        tell(
            session, actor, WITHDRAWN, notice_id,
            about=notice.subject, concerns=recipient_id, act_id=act_id,
        )  # fmt: skip
    session.flush()
    return notice
