"""What coverage puts on Heute of whoever tells committees: one line for all that they have not heard of."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.coverage.bodies import CONCERNED
from kimhub.coverage.desk_queries import UNTOLD
from kimhub.desk.public import Source, todo_of
from tenants import Permission


def _untold(row: Matter) -> Todo:
    many = "Ein Vorgang" if row.number == 1 else f"{row.number} Vorgänge"
    return todo_of(
        row,
        f"{many} ohne Unterrichtung der Gremien",
        url_for("coverage.tell"),
        "Lücken schließen",
        detail="der letzten zwölf Monate",
    )


GAPS_AT_HEUTE = Source("coverage.untold", Permission.NOTICE_WRITE, UNTOLD, _untold, CONCERNED)
"""Not put off: the committees wait for it."""
