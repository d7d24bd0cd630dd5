"""What reports put on Heute: those that could not be built."""

from __future__ import annotations

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import Source, todo_of
from kimhub.reports.desk_queries import NOT_BUILT
from kimhub.reports.urls import page_url
from tenants import Permission


def _draw(row: Matter) -> Todo:
    return todo_of(
        row,
        "Bericht konnte nicht erstellt werden",
        page_url("show_report", report_id=row.subject_id),
        "Grund ansehen",
        detail=row.title,
    )


FAILED_REPORTS = Source("reports.failed", Permission.REPORT_BUILD, NOT_BUILT, _draw)
"""Not put off: it is its orderer's alone, and leaves by itself after 30 days."""
