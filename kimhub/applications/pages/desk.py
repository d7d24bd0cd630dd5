"""What applications put on Heute: drafts, with the day until which they are to be submitted, and what is undecided."""

from __future__ import annotations

from datetime import date

from kimhub.applications.desk_queries import UNDECIDED
from kimhub.applications.pages.blueprint import page_url
from kimhub.applications.queries import ApplicationState
from kimhub.core.formats import day
from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.programme.public import Deadline, application_deadline, load_foerderrichtlinien
from tenants import GRANT_RECIPIENTS, Permission


def _deadline(row: Matter) -> Deadline | None:
    return application_deadline(row.day, load_foerderrichtlinien()) if row.day else None


def _last_day(row: Matter) -> date | None:
    deadline = _deadline(row)
    return deadline.reckoned.earliest if deadline else None


def _draw(row: Matter) -> Todo:
    url = page_url("show", application_id=row.subject_id)
    begins = f", ab {day(row.day)}" if row.day else ""
    if row.kind == ApplicationState.SUBMITTED:
        return todo_of(
            row,
            "Förderantrag: Bescheid steht aus",
            url,
            "Öffnen",
            whom="Bezirksregierung",
            detail=row.title + begins,
        )
    deadline = _deadline(row)
    return todo_of(
        row,
        "Förderantrag fertigstellen und einreichen",
        url,
        "Weiterbearbeiten",
        detail=row.title + begins,
        due=deadline.reckoned.earliest if deadline else None,
        unverified=deadline is not None and not deadline.verified,
    )


UNDECIDED_APPLICATIONS = Source(
    "applications.undecided", Permission.FUNDING_WRITE, UNDECIDED, _draw, GRANT_RECIPIENTS,
    MayWait(frozenset({ApplicationState.DRAFT}), "a draft is nobody else's, until the day to submit it", _last_day),
)  # fmt: skip
