"""What became of mails."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from kimhub.core.mail.models import Mail


def is_refused(
    tenant_id: InstrumentedAttribute[int], email: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Return whether the mail server has refused `email` for good and taken no mail for it since.

    Known as long as the mail is: 90 days.
    """
    later = aliased(Mail)
    return (
        select(Mail.id)
        .where(
            Mail.tenant_id == tenant_id,
            Mail.recipient == email,
            Mail.refused_at.is_not(None),
            ~select(later.id)
            .where(
                later.tenant_id == Mail.tenant_id,
                later.recipient == Mail.recipient,
                later.sent_at > Mail.refused_at,
            )
            .exists(),
        )
        .exists()
    )
