"""What measures put on Heute: those that are to be done soon, and those that are late."""

from __future__ import annotations

from flask import url_for

from kimhub.core.formats import day
from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.measures.desk_queries import DUE
from tenants import COMMUNES, Permission


def _draw(row: Matter) -> Todo:
    return todo_of(
        row,
        row.title,
        url_for("measures.show", measure_id=row.subject_id),
        "Stand eintragen",
        detail=f"Maßnahme, beschlossen am {day(row.day)}" if row.day else "Maßnahme",
    )


TO_DO = Source(
    "measures.due", Permission.COMMITTEE_WRITE, DUE, _draw, COMMUNES,
    MayWait(frozenset({"due"}), "work of the own house, until the day that its committee has set"),
)  # fmt: skip
"""Not put off beyond its day: then the committee sets another one."""
