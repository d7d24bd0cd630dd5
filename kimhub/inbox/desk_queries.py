"""Events that nobody was told of: somebody has to be given the role."""

from __future__ import annotations

from sqlalchemy import func, literal, select

from kimhub.core.matters import ME, Turn, local_day, matter_columns
from kimhub.inbox.models import Receipt
from kimhub.inbox.queries import A_YEAR

UNTOLD = (
    select(
        *matter_columns(
            kind=literal("untold"),
            title=literal(""),
            number=func.count(),
            since=local_day(func.min(Receipt.created_at)),
            turn=int(Turn.OWN),
        )
    )
    .select_from(Receipt)
    .where(Receipt.tenant_id == ME, Receipt.people == 0, Receipt.created_at > func.now() - A_YEAR)
    .having(func.count() > 0)
)
"""They are told as soon as somebody holds a fitting role and the next event comes."""
