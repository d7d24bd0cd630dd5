"""What the books put on Heute: files that were checked and wait for a decision."""

from __future__ import annotations

from kimhub.core.formats import number
from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.spending.desk_queries import GIVEN_UP, WAITING_FILES
from kimhub.spending.models import ImportState
from kimhub.spending.pages.blueprint import page_url
from tenants import Permission

_WORDS = {
    ImportState.READY: ("Geprüfte Datei buchen", "Buchen"),
    ImportState.FAULTY: ("Fehlerhafte Datei berichtigen oder verwerfen", "Fehler ansehen"),
    GIVEN_UP: ("Datei konnte nicht verarbeitet werden", "Grund ansehen"),
}


def _draw(row: Matter) -> Todo:
    title, step = _WORDS[row.kind]
    detail = row.title
    if row.figure:
        detail += ", eine Zeile" if row.figure == 1 else f", {number(row.figure)} Zeilen"
    if row.number:
        detail += ", ein Fehler" if row.number == 1 else f", {number(row.number)} Fehler"
    return todo_of(row, title, page_url("show_import_file", import_id=row.subject_id), step, detail=detail)


FILES = Source(
    "spending.files", Permission.EXPENDITURE_WRITE, WAITING_FILES, _draw,
    may_wait=MayWait(frozenset(_WORDS), "a file of the own house; nobody else waits for its bookings"),
)  # fmt: skip
