"""What the money puts on the desk: the plans that were changed last."""

from __future__ import annotations

from flask import url_for

from kimhub.core import formats
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Todo
from kimhub.desk.public import Contribution
from kimhub.planning.queries import list_plans
from tenants import Actor, Permission, db

SHOWN = 3


def latest_plans(actor: Actor) -> Contribution | None:
    """Return the plans changed last, for who may read them."""
    if not actor.may(Permission.PLAN_READ):
        return None
    rows = list_plans(db.session(), actor, PageRequest(limit=SHOWN))[:SHOWN]
    return Contribution(
        title="Zuletzt bearbeitete Finanzierungspläne",
        todos=[
            Todo(
                row["title"],
                url_for("planning.show_plan", plan_id=row["id"]),
                detail=f"geändert am {formats.moment(row['changed_at'])}",
            )
            for row in rows
        ],
        empty="Noch kein Finanzierungsplan. Unter „Mittel“ legen Sie einen an.",
        more_url=url_for("planning.plans"),
    )
