"""What coverage puts on Heute: that committees have not heard of something, counted for the whole body."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, literal, null, select, true

from kimhub.core.matters import ME, TODAY, Turn, matter_columns
from kimhub.coverage.queries import SUMMARY, TOLD_THERE
from kimhub.occurrences.public import OccurrenceLine

RECENT = timedelta(days=365)
"""What lies further back stands in the list and is nothing of today."""
_gaps = (
    select(func.count().label("gaps"), func.min(OccurrenceLine.happened_on).label("oldest"))
    .select_from(OccurrenceLine)
    .join(SUMMARY, true())
    .where(OccurrenceLine.shared_with == ME, OccurrenceLine.happened_on >= TODAY - RECENT, SUMMARY.c.gap)
    .subquery("gaps")
)
UNTOLD = select(
    *matter_columns(
        kind=literal("untold"), title=literal(""), subject=null(), number=_gaps.c.gaps, since=_gaps.c.oldest,
        turn=int(Turn.OWN),
    )
).where(_gaps.c.gaps > 0)  # fmt: skip

_elsewhere = (
    select(
        func.count(OccurrenceLine.occurrence_id.distinct()).label("gaps"),
        func.min(OccurrenceLine.happened_on).label("oldest"),
    )
    .select_from(OccurrenceLine)
    .join(TOLD_THERE, true())
    .where(
        OccurrenceLine.tenant_id == ME,
        OccurrenceLine.elsewhere,
        OccurrenceLine.happened_on >= TODAY - RECENT,
        OccurrenceLine.revoked_on.is_(None),
        TOLD_THERE.c.told_on.is_(None),
    )
    .subquery("elsewhere")
)
UNTOLD_ELSEWHERE = select(
    *matter_columns(
        kind=literal("untold_elsewhere"), title=literal(""), subject=null(), number=_elsewhere.c.gaps,
        since=_elsewhere.c.oldest, turn=int(Turn.OWN),
    )
).where(_elsewhere.c.gaps > 0)  # fmt: skip
