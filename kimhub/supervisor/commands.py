"""`kimhub run` and `kimhub health`."""

from __future__ import annotations

import http
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

import click

from kimhub.core.database.binding_key import use_binding_key
from kimhub.core.database.migrate import migrate
from kimhub.core.database.unfit import begun_anew
from kimhub.core.interruption import STOP_SIGNALS, Interrupted, interrupt
from kimhub.core.layout import PROJECT
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Environment, Settings
from kimhub.embedded.servers import EmbeddedServers
from kimhub.supervisor.address import is_only_for_this_machine, listen, reach
from kimhub.supervisor.children import CHILDREN
from kimhub.supervisor.health import health_status
from kimhub.supervisor.supervisor import Supervisor
from kimhub.supervisor.watched import Printer, Watched

SECONDS_TO_ANSWER = 180


@click.command()
@click.option(
    "--demo/--no-demo", default=True, help="Musterdaten laden (nicht im Betrieb).", show_default=True
)
def run(*, demo: bool) -> None:
    """KIMHub mit allem starten, was dazugehört.

    Strg+C beendet alles in der richtigen Reihenfolge. Die Daten bleiben in KIMHUB_VAR (Vorgabe: var).
    """
    settings = Settings.from_environ()
    for number in STOP_SIGNALS:
        signal.signal(number, interrupt)
    try:
        with ExitStack() as stack:
            _run(settings, stack, demo=demo and settings.environment is Environment.EMBEDDED)
    except Interrupted as interrupted:
        click.echo("Abgebrochen, bevor alles gestartet war.")
        sys.exit(interrupted.status)
    click.echo("KIMHub ist beendet.")


@click.command()
def health() -> None:
    """Prüfen, ob der Webserver dieses Rechners antwortet (für Container)."""
    status = health_status(Settings.from_environ())
    if status != http.HTTPStatus.OK:
        raise OperatorError(f"Der Webserver antwortet nicht (Status {status:d}).")
    click.echo("ok")


def _run(settings: Settings, stack: ExitStack, *, demo: bool) -> None:
    servers = None
    if settings.embedded_postgres or settings.embedded_redis:
        servers = EmbeddedServers(
            settings.var, _done, postgres=settings.embedded_postgres, redis=settings.embedded_redis
        )
        stack.callback(servers.stop)  # before the start, which a signal may interrupt at any moment
        servers.start()
    listener = stack.enter_context(listen(settings.host, settings.port, exactly=settings.port_is_given))
    port = listener.getsockname()[1]
    environ = os.environ | {"KIMHUB_PORT": str(port), "KIMHUB_VAR": str(settings.var)}
    settings = Settings.from_environ(environ)

    with begun_anew(settings.own_var):
        applied = migrate(settings.owner_url())
        use_binding_key(settings)
    _done(f"Tabellen auf neuestem Stand (Migrationen ausgeführt: {len(applied)})")
    sign_ins = ""
    if demo:
        sign_ins = _demo(environ)
        _done("Musterdaten bereit")

    report = Printer(max(len(child.name) for child in CHILDREN))
    processes = [
        Watched(
            child.name,
            child.command(listener.fileno()),
            report,
            environ=environ,
            directory=PROJECT,
            pass_fds=[listener.fileno()] if child.listens else [],
            seconds_to_stop=child.seconds_to_stop,
        )
        for child in CHILDREN
    ]
    supervisor = Supervisor(processes, report, servers)

    def announce() -> None:
        web = next(process for process, child in zip(processes, CHILDREN, strict=True) if child.listens)
        if _answers(settings, web.is_running, supervisor.is_stopping):
            click.secho(f"\nKIMHub läuft: {settings.base_url}", bold=True)
            click.secho(reach(listener), fg=None if is_only_for_this_machine(listener) else "yellow")
            click.echo(f"{sign_ins}\nStrg+C beendet KIMHub.\n")

    supervisor.run(announce)
    for number in STOP_SIGNALS:  # the servers are still to be stopped; nothing shall interrupt that
        signal.signal(number, signal.SIG_IGN)


def _demo(environ: dict[str, str]) -> str:
    """Load the demo in a process of its own and return what it says about who may sign in."""
    command = [sys.executable, "-m", "kimhub", "demo", "load"]
    done = subprocess.run(  # noqa: S603 — a command of ours
        command, check=False, capture_output=True, text=True, env=environ, cwd=PROJECT
    )
    if done.returncode != 0:
        raise OperatorError(f"Die Musterdaten ließen sich nicht laden:\n{done.stdout}{done.stderr}")
    return "".join(line for line in done.stdout.splitlines(keepends=True) if not line.startswith("✓"))


def _answers(settings: Settings, is_running: Callable[[], bool], is_stopping: Callable[[], bool]) -> bool:
    """Wait until the pages answer; False if a signal came first. Raises OperatorError if they never do."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not is_stopping():
        if not is_running():
            raise OperatorError("Der Webserver ist nicht gestartet; der Grund steht in den Zeilen darüber.")
        if health_status(settings) == http.HTTPStatus.OK:
            return True
        if time.monotonic() > deadline:
            raise OperatorError(f"Der Webserver antwortet nach {SECONDS_TO_ANSWER} Sekunden nicht.")
        time.sleep(0.1)
    return False


def _done(step: str) -> None:
    click.echo(f"✓ {step}")
