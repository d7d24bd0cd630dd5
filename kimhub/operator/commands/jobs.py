"""`kimhub relay`, `kimhub worker`, `kimhub jobs`."""

from __future__ import annotations

import signal
from dataclasses import replace
from uuid import UUID

import click

from kimhub.app import create_app, name_jobs
from kimhub.core.formats import moment, number
from kimhub.core.interruption import WishToEnd
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.operator import MOST_SHOWN, NewerJobError, drop_jobs, parked_jobs, retry_jobs
from kimhub.core.jobs.queries import job_figures
from kimhub.core.jobs.relay import run_relay
from kimhub.core.jobs.wakeups import workers_known
from kimhub.core.jobs.worker import run_worker
from kimhub.core.logs import configure_logs
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.operator.connection import relay_connection

BOTH_LANES = "both"


@click.command()
def relay() -> None:
    """Fällige Aufträge an die Warteschlange geben, bis SIGTERM oder Strg+C (Rolle kimhub_relay).

    Mehrere können gleichzeitig laufen.
    """
    stop = WishToEnd()
    for told in (signal.SIGTERM, signal.SIGINT):
        signal.signal(told, stop.set)
    settings = Settings.from_environ()
    configure_logs(settings)
    name_jobs()
    run_relay(settings, stop)


@click.command()
@click.option(
    "--lane",
    type=click.Choice([*(lane.value for lane in Lane), BOTH_LANES]),
    default=BOTH_LANES,
    show_default=True,
    help="short: Nachrichten und andere kurze Arbeit; long: Berichte und eingelesene Dateien.",
)
def worker(lane: str) -> None:
    """Aufträge erledigen, bis SIGTERM oder Strg+C; der laufende wird noch fertig (Rolle kimhub_app).

    Mehrere können gleichzeitig laufen. Damit keine Nachricht hinter einer großen Datei wartet, braucht jede Spur einen
    eigenen.
    """
    settings = replace(Settings.from_environ(), database_sign_in_url=None)  # nobody signs in at a worker
    configure_logs(settings)
    run_worker(create_app(settings), settings, tuple(Lane) if lane == BOTH_LANES else (Lane(lane),))


@click.group()
def jobs() -> None:
    """Aufträge aller Kommunen überwachen, ohne ihren Inhalt zu sehen (Rolle kimhub_relay)."""


@jobs.command("list")
def list_command() -> None:
    """Zeigen, wie viele Aufträge offen sind, wie viele Worker leben und welche Aufträge aufgegeben wurden."""
    settings = Settings.from_environ()
    with relay_connection() as connection:
        lanes = job_figures(connection)
        parked = parked_jobs(connection)
        workers = workers_known(settings.redis_url)
    for figures in lanes:
        there = "unbekannt" if workers is None else number(workers[figures.lane])
        click.echo(
            f"{figures.lane.label:<6} Aufträge: fällig {number(figures.due)} "
            f"(ältester seit {figures.lag_seconds:.0f} s), laufend {number(figures.running)}, "
            f"aufgegeben {number(figures.parked)}, Worker {there}"
        )
    for job in parked:
        click.echo(
            f"{job.id}  {job.tenant}  {job.kind}  {moment(job.finished_at)}  "
            f"{number(job.attempts)} Versuche  {job.last_error}"
        )
    if sum(figures.parked for figures in lanes) > len(parked):
        click.echo(f"Gezeigt sind die {MOST_SHOWN} zuletzt aufgegebenen.")


_ids = click.argument("ids", metavar="AUFTRAG…", type=click.UUID, nargs=-1, required=True)


@jobs.command("retry")
@_ids
def retry_command(ids: tuple[UUID, ...]) -> None:
    """Aufgegebene Aufträge noch einmal von vorn versuchen."""
    try:
        with relay_connection() as connection:
            retried = retry_jobs(connection, list(ids))
    except NewerJobError as error:
        raise OperatorError(
            "Für mindestens einen der Aufträge ist inzwischen ein neuer offen, der dasselbe erledigt. "
            "Es wurde keiner neu begonnen. Verwerfen Sie den alten mit `kimhub jobs drop`."
        ) from error
    _tell(retried, len(ids), "neu begonnen")


@jobs.command("drop")
@_ids
def drop_command(ids: tuple[UUID, ...]) -> None:
    """Aufgegebene Aufträge endgültig verwerfen."""
    with relay_connection() as connection:
        dropped = drop_jobs(connection, list(ids))
    _tell(dropped, len(ids), "verworfen")


def _tell(changed: int, named: int, what: str) -> None:
    click.echo(f"{number(changed)} {what}")
    if changed < named:
        click.echo(
            f"{number(named - changed)} nicht gefunden oder nicht aufgegeben; sie bleiben, wie sie sind."
        )
