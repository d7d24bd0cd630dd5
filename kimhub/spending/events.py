"""What became of a file: told to who has it read in, or to colleagues who book."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from kimhub.spending.models import ImportState
from tenants import Permission


def _of_a_file(verb: str, says: str) -> EventKind:
    return declare(
        EventKind(
            code=f"import.{verb}",
            says=says,
            thing="Ausgaben",
            page="spending.show_import_file",
            names="import_id",
            told=Permission.EXPENDITURE_WRITE,
            to_author=True,
        )
    )


FILE_SETTLED = {
    ImportState.READY: _of_a_file("check", "Die eingelesene Datei ist geprüft und kann gebucht werden"),
    ImportState.FAULTY: _of_a_file("refuse", "Die eingelesene Datei hat Fehler und ist nicht gebucht"),
    ImportState.BOOKED: _of_a_file("book", "Die eingelesene Datei ist gebucht"),
}
"""By the state in which a file is after one has looked through it; once per file, however many rows it has."""
