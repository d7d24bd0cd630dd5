"""`kimhub reports`: order a report from the terminal and wait for its files, through the same queue as everybody."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from kimhub.core.operator_error import OperatorError
from kimhub.operator.public import working_for
from kimhub.planning.public import plan_titles
from kimhub.reports.models import ReportState, read_findings
from kimhub.reports.presenting import finding_lines
from kimhub.reports.queries import ShownReport, content_of, files_of, get_report
from kimhub.reports.usecases.request_report import BUILDERS, RequestReport, builders_of, request_report
from tenants import Actor, Role, Tenant, db, transaction
from tenants.naming import nominative, to_begin

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_WITHOUT_MOVEMENT = 30
MOST_TITLES = 10


@click.group()
def reports() -> None:
    """Berichte einer Kommune erstellen (Rolle kimhub_app)."""


@reports.command("build")
@click.option("--tenant", "slug", required=True, metavar="KÜRZEL", help="Die Kommune, zum Beispiel koeln.")
@click.option(
    "--plan", "plan", required=True, metavar="TITEL|KENNUNG", help="Der gespeicherte Finanzierungsplan."
)
@click.option(
    "--out", "directory", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Verzeichnis für PDF, Excel-Tabelle und JSON.",
)  # fmt: skip
@click.option("--aktenzeichen", "file_number", default="", help="Steht auf jeder Seite.")
@click.option(
    "--stelle", "office", default="", help="Bearbeitende Stelle; Vorgabe: das KI, wenn es eines gibt."
)
@click.option(
    "--rolle",
    "role",
    type=click.Choice([role.value for role in BUILDERS]),
    help="Wer die Übersicht aufstellt.",
)
@click.option("--szenario", "scenario", default="", help="Vorgabe: die Fassung des Plans.")
@click.option(
    "--wait", "patience", type=click.IntRange(1), default=SECONDS_WITHOUT_MOVEMENT, show_default=True,
    help="Nach so vielen Sekunden ohne Fortschritt nicht weiter warten.",
)  # fmt: skip
def build_command(
    *,
    slug: str,
    plan: str,
    directory: Path,
    file_number: str,
    office: str,
    role: str | None,
    scenario: str,
    patience: int,
) -> None:
    """Die Finanzierungsübersicht eines gespeicherten Plans erstellen lassen, abwarten und ihre Dateien ablegen.

    Der Bericht entsteht wie im Portal im Hintergrund; dafür müssen `kimhub relay` und `kimhub worker` laufen
    („kimhub run“ startet beide). Er liegt danach auch im Portal.
    """
    directory.mkdir(parents=True, exist_ok=True)  # before anything is ordered that could not be put anywhere
    with working_for(slug) as desk:
        actor = desk.actor
        _expect_builders(desk.tenant)
        with transaction(actor):
            order = RequestReport(
                plan_id=_plan_id(actor, plan),
                file_number=file_number,
                office=office,
                prepared_by=Role(role) if role else builders_of(desk.tenant)[0],
                scenario=scenario,
            )
            report_id = request_report(actor, order).id
        _expect_built(_followed(actor, report_id, patience))
        for path in _written(actor, report_id, directory):
            click.echo(path)


def _expect_builders(tenant: Tenant) -> None:
    if not builders_of(tenant):
        raise OperatorError(
            f"{to_begin(nominative(tenant.official_name))} erstellt keine Finanzierungsübersichten."
        )


def _plan_id(actor: Actor, wanted: str) -> UUID:
    """Return the plan that is meant by its id or its exact title; inside a transaction of `actor`."""
    try:
        return UUID(wanted)
    except ValueError:
        plans = plan_titles(db.session(), actor)
    found = [plan.id for plan in plans if plan.title == wanted]
    if len(found) == 1:
        return UUID(str(found[0]))
    if found:
        ids = "".join(f"\n  - {plan_id}" for plan_id in found)
        raise OperatorError(f"Mehrere Pläne heißen „{wanted}“. Nennen Sie die Kennung:{ids}")
    titles = "".join(f"\n  - {plan.title}" for plan in plans[:MOST_TITLES]) or " keine"
    raise OperatorError(
        f"{to_begin(nominative(actor.tenant_name))} hat keinen Plan mit dem Titel „{wanted}“. Vorhanden sind:{titles}"
    )


def _followed(actor: Actor, report_id: UUID, patience: int) -> ShownReport:
    """Show a progress bar until the report is finished or refused; raise when nothing moves any more."""
    last: tuple[object, ...] = ()
    moved = time.monotonic()
    with click.progressbar(length=1, file=sys.stderr, show_eta=False) as bar:
        while True:
            with transaction(actor, read_only=True) as session:
                shown = get_report(session, report_id)
            now = (shown.state, shown.stage, shown.done, shown.attempts)
            if not shown.is_open:
                _draw(bar, shown.stage_label, 1, 1)
                return shown
            if now != last:
                last, moved = now, time.monotonic()
                _draw(bar, shown.stage_label, shown.done or 0, shown.total or 1)
            if time.monotonic() - moved > patience:
                raise OperatorError(_stuck(shown, patience))
            time.sleep(SECONDS_BETWEEN_LOOKS)


def _draw(bar: ProgressBar[int], stage: str, done: int, total: int) -> None:
    bar.label, bar.length = f"Finanzierungsübersicht: {stage:<25}", total
    bar.update(done - bar.pos)


def _stuck(shown: ShownReport, patience: int) -> str:
    happened = (
        f"Der Bericht ist in Auftrag, aber seit {patience} Sekunden nimmt ihn niemand in Arbeit."
        if shown.state is ReportState.ORDERED
        else f"Seit {patience} Sekunden geht es nicht weiter ({shown.stage_label})."
    )
    return (
        f"{happened} Prüfen Sie, ob „kimhub relay“ und „kimhub worker“ laufen („kimhub run“ startet beide). "
        "Der Auftrag bleibt bestehen; der Bericht erscheint im Portal, sobald er fertig ist."
    )


def _expect_built(shown: ShownReport) -> None:
    if shown.state is ReportState.BUILT:
        return
    if shown.was_given_up:
        raise OperatorError(
            "Die Erstellung ist mehrfach abgebrochen und wurde aufgegeben. „kimhub jobs list“ nennt den Grund, "
            "„kimhub jobs retry“ beginnt sie neu."
        )
    lines = finding_lines(read_findings(shown.report.findings))
    reasons = "".join(f"\n  - {line.place}: {line.message} {line.cure}" for line in lines)
    raise OperatorError(f"Der Bericht wurde nicht erstellt:{reasons}")


def _written(actor: Actor, report_id: UUID, directory: Path) -> Iterator[Path]:
    """Write the files of a built report under their own names and yield where each is."""
    with transaction(actor, read_only=True) as session:
        for file in files_of(session, get_report(session, report_id).report):
            path = directory / file.filename
            path.write_bytes(content_of(session, report_id, file.format).content)
            yield path
