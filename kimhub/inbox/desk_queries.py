"""What reaches nobody: events for which nobody holds the role, and addresses that no mail server takes."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from kimhub.core.mail.queries import is_refused
from kimhub.core.matters import ME, Turn, local_day, matter_columns
from kimhub.inbox.models import OfficeNotice, Receipt
from kimhub.inbox.queries import A_YEAR
from kimhub.offices.public import Office
from tenants import Membership

UNTOLD = (
    select(
        *matter_columns(
            kind=literal("untold"),
            title=literal(""),
            number=func.count(),
            figure=func.count(OfficeNotice.event_id),
            since=local_day(func.min(Receipt.created_at)),
            turn=int(Turn.OWN),
        )
    )
    .select_from(Receipt)
    .outerjoin(
        OfficeNotice, (OfficeNotice.tenant_id == Receipt.tenant_id) & (OfficeNotice.event_id == Receipt.id)
    )
    .where(Receipt.tenant_id == ME, Receipt.people == 0, Receipt.created_at > func.now() - A_YEAR)
    .having(func.count() > 0)
)
"""They are told as soon as somebody holds a fitting role and the next event comes.

`figure` of them went to a Funktionspostfach.
"""

REFUSED = (
    select(
        *matter_columns(
            kind=literal("refused"),
            title=func.min(Membership.display_name),
            number=func.count(Membership.account_id.distinct()),
            turn=int(Turn.OWN),
        )
    )
    .where(
        Membership.tenant_id == ME,
        Membership.ended_at.is_(None),
        is_refused(Membership.tenant_id, Membership.email),
    )
    .having(func.count() > 0)
)
"""Also those who are invited: they have never seen the invitation."""

OFFICE_REFUSED = select(
    *matter_columns(
        kind=literal("office"), subject=Office.id, title=Office.email, whom=Office.name, turn=int(Turn.OWN)
    )
).where(Office.tenant_id == ME, is_refused(Office.tenant_id, Office.email))
