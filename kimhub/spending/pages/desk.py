"""What the books put on the desk: files that wait for a decision, or were finished lately."""

from __future__ import annotations

from kimhub.core.formats import moment, number
from kimhub.core.web.view import Todo
from kimhub.desk.public import Contribution
from kimhub.spending.imports.queries import recent_imports
from kimhub.spending.models import ImportState
from kimhub.spending.pages.blueprint import page_url
from kimhub.spending.pages.import_presenting import badge
from tenants import Actor, Permission, db

SHOWN = 3


def waiting_files(actor: Actor) -> Contribution | None:
    """Return the files of the last weeks; None when there are none, or the actor books nothing."""
    if not actor.may(Permission.EXPENDITURE_WRITE):
        return None
    rows = recent_imports(db.session(), actor, SHOWN)
    if not rows:
        return None
    return Contribution(
        title="Eingelesene Ausgaben",
        todos=[
            Todo(
                row["filename"],
                page_url("show_import_file", import_id=row["id"]),
                detail=f"{number(row['rows'])} Zeilen, hochgeladen am {moment(row['created_at'])}",
                badge=badge(ImportState(row["state"])),
            )
            for row in rows
        ],
        empty="",
        more_url=page_url("import_files"),
    )
