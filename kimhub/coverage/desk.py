"""What coverage puts on Heute of whoever tells committees: one line for all that they have not heard of."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.coverage.bodies import CONCERNED
from kimhub.coverage.desk_queries import UNTOLD, UNTOLD_ELSEWHERE
from kimhub.desk.public import Source, todo_of
from kimhub.occurrences.public import WITH_GEMEINDEN
from tenants import Permission


def _many(row: Matter) -> str:
    return "Ein Vorgang" if row.number == 1 else f"{row.number} Vorgänge"


def _untold(row: Matter) -> Todo:
    return todo_of(
        row,
        f"{_many(row)} ohne Unterrichtung der Gremien",
        url_for("coverage.tell"),
        "Lücken schließen",
        detail="der letzten zwölf Monate",
    )


def _untold_elsewhere(row: Matter) -> Todo:
    return todo_of(
        row,
        f"{_many(row)} ohne Unterrichtung der Gremien in Gemeinden",
        url_for("coverage.tell", gemeinden="ja"),
        "Lücken schließen",
        detail="der letzten zwölf Monate",
    )


GAPS_AT_HEUTE = Source("coverage.untold", Permission.NOTICE_WRITE, UNTOLD, _untold, CONCERNED)
"""Not put off: the committees wait for it."""
GAPS_IN_GEMEINDEN = Source(
    "coverage.untold_elsewhere", Permission.NOTICE_WRITE, UNTOLD_ELSEWHERE, _untold_elsewhere, WITH_GEMEINDEN
)
"""Nor is this."""
