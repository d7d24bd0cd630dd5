"""What a person is told when the work on her file was given up."""

from __future__ import annotations

from kimhub.core.jobs.errors import CPU_LIMIT, TIME_LIMIT, WORKER_LOST
from kimhub.core.jobs.queries import JobStatus

_TOO_HEAVY = frozenset({CPU_LIMIT.code, TIME_LIMIT.code, WORKER_LOST, "memory-error"})


def given_up(job: JobStatus | None) -> str:
    """Return what has happened and what to do, in German; `job` is the one that was given up, if it is still there."""
    if job is not None and job.last_error in _TOO_HEAVY:
        return (
            "Die Datei braucht mehr Speicher oder Zeit, als eine Datei haben darf. Es wurde nichts übernommen. "
            "Kopieren Sie die nötigen Spalten als Werte in eine neue Tabelle, oder teilen Sie die Datei auf, und "
            "laden Sie sie dann hoch."
        )
    return (
        "Die Arbeit an der Datei ist abgebrochen. Es wurde nichts übernommen. Laden Sie die Datei noch einmal hoch. "
        "Bleibt es dabei, wenden Sie sich an den Betrieb von KIMHub."
    )
