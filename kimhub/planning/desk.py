"""What planning puts on Heute: the first plan, as long as there is none."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.planning.desk_queries import NO_PLAN
from tenants import GRANT_RECIPIENTS, Permission


def _draw(row: Matter) -> Todo:
    return todo_of(
        row,
        "Ersten Finanzierungsplan anlegen",
        url_for("planning.new_plan"),
        "Beginnen",
        detail="Er zeigt Zuwendung, Kosten und Eigenanteil je Haushaltsjahr.",
    )


FIRST_PLAN = Source(
    "planning.first-plan",
    Permission.PLAN_WRITE,
    NO_PLAN,
    _draw,
    GRANT_RECIPIENTS,
    MayWait(frozenset({"none"}), "only invites to begin"),
)
