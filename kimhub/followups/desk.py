"""What follow-ups put on Heute."""

from __future__ import annotations

from flask import url_for

from kimhub.core.formats import day
from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Todo
from kimhub.desk.public import Source, todo_of
from kimhub.followups.desk_queries import OPEN
from kimhub.followups.models import FollowUpKind
from tenants import Permission


def _draw(row: Matter) -> Todo:
    kind = FollowUpKind(row.kind)
    return todo_of(
        row,
        row.title,
        url_for("followups.show", follow_up_id=row.subject_id),
        "Öffnen",
        whom=row.whom or None,
        detail=f"{kind.label}, bis {day(row.due)}" if row.turn == Turn.OTHER and row.due else kind.label,
    )


TO_THINK_OF = Source("followups.open", Permission.FOLLOW_UP_WRITE, OPEN, _draw)
"""They are not put off besides: their own day is changed, and the old one stays readable."""
