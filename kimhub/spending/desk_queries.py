"""Files that wait for a person: checked, or the work on them was given up."""

from __future__ import annotations

from sqlalchemy import and_, case, or_, select

from kimhub.core.jobs.models import OPEN, Job
from kimhub.core.matters import ME, Turn, local_day, matter_columns
from kimhub.spending.models import ExpenditureImport, ImportState
from kimhub.spending.models.files import WORKING

GIVEN_UP = "given-up"

_given_up = and_(ExpenditureImport.state.in_(WORKING), or_(Job.id.is_(None), Job.state.not_in(OPEN)))

WAITING_FILES = (
    select(
        *matter_columns(
            kind=case((_given_up, GIVEN_UP), else_=ExpenditureImport.state),
            subject=ExpenditureImport.id,
            title=ExpenditureImport.filename,
            number=ExpenditureImport.errors,
            figure=ExpenditureImport.rows,
            since=local_day(ExpenditureImport.created_at),
            turn=int(Turn.OWN),
        )
    )
    .select_from(ExpenditureImport)
    .outerjoin(Job, and_(Job.tenant_id == ExpenditureImport.tenant_id, Job.id == ExpenditureImport.job_id))
    .where(
        ExpenditureImport.tenant_id == ME,
        or_(ExpenditureImport.state.in_((ImportState.READY, ImportState.FAULTY)), _given_up),
    )
)
