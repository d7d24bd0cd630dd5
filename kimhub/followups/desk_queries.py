"""What was promised and what comes up again, as one SELECT."""

from __future__ import annotations

from sqlalchemy import any_, case, select

from kimhub.core.matters import ME, READERS, TODAY, Turn, local_day, matter_columns
from kimhub.followups.models import FollowUp, FollowUpKind
from kimhub.followups.queries import WHOSE

OPEN = select(
    *matter_columns(
        kind=FollowUp.kind,
        subject=FollowUp.id,
        title=FollowUp.title,
        whom=FollowUp.about,
        due=FollowUp.due_on,
        since=local_day(FollowUp.created_at),
        turn=case(
            ((FollowUp.kind == FollowUpKind.REMINDER) & (FollowUp.due_on > TODAY), int(Turn.LATER)),
            ((FollowUp.kind == FollowUpKind.PROMISED) & (FollowUp.due_on >= TODAY), int(Turn.OTHER)),
            else_=int(Turn.OWN),
        ),
    )
).where(FollowUp.tenant_id == ME, FollowUp.ended_at.is_(None), any_(READERS) == WHOSE)
"""A reminder waits for its day; what others promised is theirs until theirs has passed."""
