"""Reports that a person has ordered and that could not be built."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from kimhub.core.jobs.models import Job
from kimhub.core.matters import ME, WHO, Turn, local_day, matter_columns
from kimhub.reports.models import Report, ReportState
from kimhub.reports.queries import ITS_JOB, STATE

SHOWN_FOR = timedelta(days=30)
"""How long a report that was not built is asked about; then nobody has missed it."""

NOT_BUILT = (
    select(
        *matter_columns(
            kind=STATE,
            subject=Report.id,
            title=Report.title,
            since=local_day(Report.created_at),
            turn=int(Turn.OWN),
        )
    )
    .select_from(Report)
    .outerjoin(Job, ITS_JOB)
    .where(
        Report.tenant_id == ME,
        Report.account_id == WHO,
        Report.created_at > func.now() - SHOWN_FOR,
        STATE == ReportState.FAILED,
    )
)
