"""`kimhub spending`: read a file in from the terminal, through the same queue and the same check as everybody."""

from __future__ import annotations

import gc
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from kimhub.core.documents import UploadedFile
from kimhub.core.formats import euro, number
from kimhub.core.jobs.working import work_off
from kimhub.core.operator_error import OperatorError
from kimhub.core.tables.uploads import MAX_TABLE_SIZE
from kimhub.core.web.paging import PageRequest
from kimhub.operator.public import Desk, working_for
from kimhub.spending.imports.queries import ShownImport, list_findings, show_import
from kimhub.spending.imports.template import csv_template, xlsx_template
from kimhub.spending.models import ExpenditureImport, ImportState
from kimhub.spending.reference_queries import known_references
from kimhub.spending.usecases.confirm_import import confirm_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Actor, transaction

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SECONDS_BETWEEN_LOOKS = 0.2
SHOWN_FINDINGS = 20

_tenant = click.option(
    "--tenant", "slug", required=True, metavar="KÜRZEL", help="Die Kommune, zum Beispiel koeln."
)


@click.group()
def spending() -> None:
    """Ausgaben einer Kommune aus Dateien einlesen (Rolle kimhub_app)."""


@spending.command("template")
@click.argument("path", metavar="DATEI", type=click.Path(path_type=Path, dir_okay=False))
@_tenant
def template_command(path: Path, slug: str) -> None:
    """Die Vorlage mit den Stellen der Kommune ablegen, als .xlsx oder .csv."""
    if path.suffix not in {".xlsx", ".csv"}:
        raise OperatorError("Geben Sie eine Datei mit der Endung .xlsx oder .csv an.")
    with working_for(slug) as desk:
        with transaction(desk.actor, read_only=True) as session:
            references = known_references(session, desk.actor)
        path.write_bytes(csv_template() if path.suffix == ".csv" else xlsx_template(references))
    click.echo(path)


@spending.command("import")
@click.argument("path", metavar="DATEI", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_tenant
@click.option("--book", "book", is_flag=True, help="Buchen, wenn die Prüfung keinen Fehler findet.")
def import_command(path: Path, slug: str, *, book: bool) -> None:
    """Eine Datei prüfen und mit --book auch buchen: alle Ausgaben oder keine.

    Ohne --book wartet die geprüfte Datei im Portal auf die Entscheidung. Der Befehl arbeitet selbst; `kimhub worker`
    muss nicht laufen.
    """
    with working_for(slug) as desk:
        gc.freeze()  # as in the worker: what is loaded now need not be looked at again and again
        actor = desk.actor
        with path.open("rb") as stream:
            file = UploadedFile.read(path.name, stream, MAX_TABLE_SIZE)
        with transaction(actor):
            import_id = upload_import(actor, file).id
        del file
        shown = _done(desk, import_id, "Prüfen")
        _expect(actor, shown, ImportState.READY)
        click.echo(f"{number(shown.taken.rows)} Ausgaben geprüft, zusammen {euro(shown.taken.amount)}.")
        if not book:
            click.echo("Noch nicht gebucht. Gebucht wird im Portal oder mit --book.")
            return
        with transaction(actor):
            confirm_import(actor, import_id)
        shown = _done(desk, import_id, "Buchen")
        _expect(actor, shown, ImportState.BOOKED)
        click.echo(f"{number(shown.taken.rows)} Ausgaben gebucht.")


def _done(desk: Desk, import_id: UUID, what: str) -> ShownImport:
    """Do the file's job here, unless a worker is faster, and show a progress bar until it is finished."""
    actor = desk.actor
    shown = _look(actor, import_id)
    work = threading.Thread(
        target=work_off, args=(desk.app, _job_of(shown.taken), actor.tenant_id), daemon=True
    )
    work.start()
    with click.progressbar(length=1, file=sys.stderr, show_eta=False) as bar:
        while shown.is_open:
            if shown.job is not None:
                _draw(bar, f"{what}: {shown.job.label}", shown.job.done or 0, shown.job.total or 1)
            time.sleep(SECONDS_BETWEEN_LOOKS)
            shown = _look(actor, import_id)
        _draw(bar, f"{what}: {shown.state.label}", 1, 1)
    work.join()
    return shown


def _look(actor: Actor, import_id: UUID) -> ShownImport:
    with transaction(actor, read_only=True) as session:
        return show_import(session, import_id)


def _job_of(taken: ExpenditureImport) -> UUID:
    if taken.job_id is None:
        raise LookupError("a file that is being worked on has a job")
    return taken.job_id


def _draw(bar: ProgressBar[int], label: str, done: int, total: int) -> None:
    bar.label, bar.length = f"{label:<40}", total
    bar.update(done - bar.pos)


def _expect(actor: Actor, shown: ShownImport, wanted: ImportState) -> None:
    if shown.state is wanted:
        return
    if shown.was_given_up:
        raise OperatorError(
            "Die Arbeit an der Datei ist abgebrochen. „kimhub jobs list“ nennt den Grund. Gebucht wurde nichts."
        )
    with transaction(actor, read_only=True) as session:
        rows = list_findings(session, actor, shown.taken.id, PageRequest(limit=SHOWN_FINDINGS))
    lines = "".join(
        f"\n  - {f'Zeile {number(row.row_number)}' if row.row_number else 'Datei'}"
        f"{f', {row.heading}' if row.heading else ''}: {row.message} {row.cure}"
        for row in rows[:SHOWN_FINDINGS]
    )
    more = shown.taken.errors + shown.taken.hints - SHOWN_FINDINGS
    lines += f"\n  … und {number(more)} weitere; alle stehen im Portal." if more > 0 else ""
    raise OperatorError(f"Es wurde nichts gebucht. Die Prüfung hat Fehler gefunden:{lines}")
