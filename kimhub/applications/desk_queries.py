"""Applications that wait: drafts until they are submitted, submitted ones until they are decided."""

from __future__ import annotations

from sqlalchemy import case, func, select

from kimhub.applications.models import ApplicationEvent, GrantApplication
from kimhub.applications.queries import ENDING, STATE, ApplicationState
from kimhub.core.matters import ME, Turn, local_day, matter_columns

UNDECIDED = (
    select(
        *matter_columns(
            kind=STATE,
            subject=GrantApplication.id,
            title=GrantApplication.title,
            day=GrantApplication.starts_on,
            since=func.coalesce(GrantApplication.submitted_on, local_day(GrantApplication.created_at)),
            due=case((GrantApplication.submitted_at.is_(None), GrantApplication.starts_on)),
            turn=case((GrantApplication.submitted_at.is_(None), int(Turn.OWN)), else_=int(Turn.OTHER)),
        )
    )
    .select_from(GrantApplication)
    .join(ApplicationEvent, ENDING, isouter=True)
    .where(
        GrantApplication.tenant_id == ME,
        GrantApplication.archived_at.is_(None),
        STATE.in_((ApplicationState.DRAFT, ApplicationState.SUBMITTED)),
    )
)
"""The day until which a draft is to be submitted follows from when it begins (programme)."""
