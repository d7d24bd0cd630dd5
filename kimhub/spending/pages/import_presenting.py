"""How files look: state, progress, what would be booked."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kimhub.core import formats
from kimhub.core.documents import Document as StoredDocument
from kimhub.core.documents.kinds import label_of
from kimhub.core.jobs.models import JobState
from kimhub.core.tables.given_up import given_up
from kimhub.core.web.view import Badge, Document, Fact, Progress, Tone
from kimhub.programme.public import Baustein
from kimhub.spending.columns import BookColumn
from kimhub.spending.imports.findings import MOST_LISTED
from kimhub.spending.imports.queries import ShownImport
from kimhub.spending.models import ExpenditureImport, ImportState
from kimhub.spending.pages.blueprint import page_url

__all__ = [
    "MOST_LISTED", "badge", "consequences", "documents", "facts", "progress", "sum_footer", "sums",
]  # fmt: skip

_TONES = {
    ImportState.FAULTY: Tone.DANGER,
    ImportState.READY: Tone.WARNING,
    ImportState.BOOKED: Tone.SUCCESS,
}


def badge(state: ImportState) -> Badge:
    """Return how a file stands."""
    return Badge(state.label, _TONES.get(state, Tone.INFO))


def progress(shown: ShownImport) -> Progress:
    """Return how far the check or the booking of a file is."""
    address = page_url("show_import_file", import_id=shown.taken.id)
    running = shown.job is not None and shown.job.state is JobState.RUNNING
    booking = shown.state in {ImportState.BOOKING, ImportState.BOOKED}
    return Progress(
        title="Datei wird gebucht" if booking else "Datei wird geprüft",
        stage=_stage(shown),
        url=page_url("import_progress", import_id=shown.taken.id),
        reload_url=address,
        finished=not shown.is_open and not shown.was_given_up,
        failed=shown.was_given_up,
        done=shown.job.done if shown.job and running else None,
        total=shown.job.total if shown.job and running else None,
        unit="Zeilen",
        result_url=address,
        result_label="Ergebnis ansehen",
        afterwards="Das Ergebnis steht dann unter „Heute“.",
        problem=given_up(shown.job) if shown.was_given_up else None,
    )


def _stage(shown: ShownImport) -> str:
    if not shown.is_open:
        return shown.state.label
    if shown.job is not None and shown.job.state is JobState.RUNNING:
        return shown.job.stage or "Beginnt"
    return "Wartet auf Bearbeitung"


def facts(taken: ExpenditureImport) -> list[Fact]:
    """Return what is known about a file."""
    known = [
        ("Hochgeladen", f"{formats.moment(taken.created_at)}, {taken.actor_label}"),
        ("Geprüft", formats.moment(taken.checked_at) if taken.checked_at else ""),
        (
            "Zum Buchen freigegeben",
            f"{formats.moment(taken.confirmed_at)}, {taken.confirmed_label}" if taken.confirmed_at else "",
        ),
        ("Gebucht", formats.moment(taken.booked_at) if taken.booked_at else ""),
        ("Erkannte Spalten", _columns(taken)),
        ("Nicht übernommene Spalten", ", ".join(taken.summary.get("ignored", []))),
    ]
    return [Fact(label, value) for label, value in known if value]


def _columns(taken: ExpenditureImport) -> str:
    names: dict[str, str] = taken.summary.get("columns", {})
    known = [(column.label, names[column.label]) for column in BookColumn if column.label in names]
    return ", ".join(name if name == label else f"{label} (in der Datei: {name})" for label, name in known)


def sums(taken: ExpenditureImport) -> list[tuple[str, str, str, str]]:
    """Return what would be booked, or was, per Haushaltsjahr and Baustein."""
    return [
        (
            str(line["year"]),
            Baustein(line["baustein"]).label,
            formats.number(line["count"]),
            formats.euro(Decimal(line["amount"])),
        )
        for line in taken.summary.get("sums", [])
    ]


def sum_footer(taken: ExpenditureImport) -> Sequence[str]:
    """Return the totals of what can be read."""
    count = sum(line["count"] for line in taken.summary.get("sums", []))
    return ("Zusammen", "", formats.number(count), formats.euro(taken.amount))


def consequences(taken: ExpenditureImport) -> list[str]:
    """Return what happens when the file is booked."""
    count = "Eine Ausgabe wird" if taken.rows == 1 else f"{formats.number(taken.rows)} Ausgaben werden"
    return [
        f"{count} gebucht, zusammen {formats.euro(taken.amount)}. Entweder alle oder keine.",
        "Vorher wird noch einmal geprüft, ob einer der Belege inzwischen gebucht wurde.",
        "Buchungen lassen sich nicht ändern oder löschen. Was falsch ist, wird einzeln storniert.",
    ]


def documents(
    taken: ExpenditureImport, original: StoredDocument, annotated_size: int | None
) -> list[Document]:
    """Return the file, and its copy with findings."""
    kind = label_of(original.media_type)
    found = []
    if annotated_size is not None:
        found.append(
            Document(
                "Ihre Datei mit einer Spalte „Prüfung“",
                page_url("download_annotated", import_id=taken.id),
                kind,
                annotated_size,
            )
        )
    url = page_url("download_original", import_id=taken.id)
    return [*found, Document(taken.filename, url, kind, original.size, added=taken.created_at)]
