"""What notices put on Heute: of a member what is new, of the office what it has begun."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.notices.bodies import CONCERNED
from kimhub.notices.desk_queries import DRAFTS, UNNOTED
from tenants import Permission


def _unnoted(row: Matter) -> Todo:
    return todo_of(
        row,
        row.title,
        url_for("notices.show", notice_id=row.subject_id),
        "Zur Kenntnis nehmen",
        detail="Unterrichtung",
    )


def _draft(row: Matter) -> Todo:
    return todo_of(
        row,
        "Unterrichtung fertigstellen und versenden",
        url_for("notices.show_own", notice_id=row.subject_id),
        "Weiterbearbeiten",
        detail=row.title,
    )


TO_NOTE = Source("notices.unnoted", Permission.NOTICE_ACKNOWLEDGE, UNNOTED, _unnoted, CONCERNED)
"""Not put off: each member takes note for itself, and would put it off for all."""
TO_SEND = Source(
    "notices.drafts", Permission.NOTICE_WRITE, DRAFTS, _draft, CONCERNED,
    MayWait(frozenset({"draft"}), "a draft is nobody else's"),
)  # fmt: skip
