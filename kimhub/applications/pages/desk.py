"""What applications put on the desk: drafts, with the day until which they are to be submitted."""

from __future__ import annotations

from kimhub.applications.pages.blueprint import page_url
from kimhub.applications.pages.editing import may_apply
from kimhub.applications.queries import list_drafts
from kimhub.core.formats import period
from kimhub.core.web.view import Todo
from kimhub.desk.public import Contribution
from kimhub.programme.public import application_deadline, load_foerderrichtlinien
from tenants import Actor, Permission, db

SHOWN = 3


def drafts_in_time(actor: Actor) -> Contribution | None:
    """Return the drafts, the earliest Bewilligungszeitraum first; None for who writes no applications."""
    if not actor.may(Permission.FUNDING_WRITE) or not may_apply(actor):
        return None
    guidelines = load_foerderrichtlinien()
    todos = []
    for row in list_drafts(db.session(), actor, SHOWN):
        deadline = application_deadline(row["starts_on"], guidelines)
        doubt = " · Antragsfrist ungeprüft" if deadline and not deadline.verified else ""
        todos.append(
            Todo(
                row["title"],
                page_url("show", application_id=row["id"]),
                detail=f"für {period(row['starts_on'], row['ends_on'])}{doubt}",
                due=deadline.reckoned.earliest if deadline else None,
            )
        )
    if not todos:
        return None
    return Contribution(title="Förderanträge in Arbeit", todos=todos, empty="", more_url=page_url("listing"))
