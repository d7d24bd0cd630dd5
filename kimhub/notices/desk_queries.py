"""Notices that wait for somebody: to be taken note of, to be finished."""

from __future__ import annotations

from sqlalchemy import exists, func, literal, select

from kimhub.core.matters import ME, WHO, Turn, local_day, matter_columns
from kimhub.inbox.public import A_YEAR
from kimhub.notices.audience_queries import is_for
from kimhub.notices.models import Notice, NoticeAcknowledgement, NoticeRecipient
from tenants import Tenant

UNNOTED = (
    select(
        *matter_columns(
            kind=literal("unnoted"),
            subject=NoticeRecipient.notice_id,
            title=Notice.subject,
            whom=Tenant.official_name,
            since=local_day(NoticeRecipient.released_at),
            turn=int(Turn.OWN),
        )
    )
    .select_from(NoticeRecipient)
    .join(Notice, (Notice.tenant_id == NoticeRecipient.tenant_id) & (Notice.id == NoticeRecipient.notice_id))
    .join(Tenant, Tenant.id == NoticeRecipient.tenant_id)
    .where(
        NoticeRecipient.shared_with == ME,
        NoticeRecipient.released_at
        > func.now() - A_YEAR,  # what is older can still be taken note of in the list
        is_for(WHO, ME),
        ~exists().where(
            NoticeAcknowledgement.tenant_id == ME,
            NoticeAcknowledgement.notice_id == NoticeRecipient.notice_id,
            NoticeAcknowledgement.account_id == WHO,
        ),
    )
)
DRAFTS = select(
    *matter_columns(
        kind=literal("draft"), subject=Notice.id, title=Notice.subject, since=local_day(Notice.created_at),
        turn=int(Turn.OWN),
    )
).where(Notice.tenant_id == ME, Notice.released_at.is_(None))  # fmt: skip
