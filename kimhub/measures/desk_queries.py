"""Measures whose day has come near or is past, as one SELECT."""

from __future__ import annotations

from sqlalchemy import literal, select

from kimhub.core.matters import ME, TODAY, Turn, matter_columns
from kimhub.measures.models import Measure
from kimhub.measures.terms import TO_DO

DAYS_BEFORE = 14
DUE = select(
    *matter_columns(
        kind=literal("due"), subject=Measure.id, title=Measure.title, whom=Measure.responsible, due=Measure.due,
        day=Measure.decided_on, since=Measure.decided_on, turn=int(Turn.OWN),
    )
).where(
    Measure.tenant_id == ME,
    Measure.state.in_([state.value for state in TO_DO]),
    Measure.due <= TODAY + DAYS_BEFORE,
)  # fmt: skip
"""Decided measures that are to be done within two weeks, or should have been done."""
