"""What reports put on the desk: what one has ordered lately, and what became of it."""

from __future__ import annotations

from kimhub.core.formats import moment
from kimhub.core.web.view import Todo
from kimhub.desk.public import Contribution
from kimhub.reports import presenting
from kimhub.reports.models import ReportState
from kimhub.reports.queries import RECENT, recent_reports
from kimhub.reports.urls import page_url
from tenants import Actor, Permission, db

SHOWN = 3


def own_reports(actor: Actor) -> Contribution | None:
    """Return the reports that the actor has ordered lately; None when there are none, or none may be read."""
    if not actor.may(Permission.REPORT_READ):
        return None
    rows = recent_reports(db.session(), actor, SHOWN)
    if not rows:
        return None
    return Contribution(
        title=f"Ihre Berichte der letzten {RECENT.days} Tage",
        todos=[
            Todo(
                row["title"],
                page_url("show_report", report_id=row["id"]),
                detail=f"{presenting.TITLES[row['type']]}, bestellt am {moment(row['created_at'])}",
                badge=presenting.badge(ReportState(row["state"])),
            )
            for row in rows
        ],
        empty="",
        more_url=page_url("listing"),
    )
