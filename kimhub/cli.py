"""The command `kimhub`. Each command is imported only when it is called, so `kimhub --help` answers at once."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from kimhub import __version__
from kimhub.core.interruption import interrupt
from kimhub.core.loading import loading
from kimhub.core.operator_error import OperatorError
from kimhub.operator.click_words import speak_german

speak_german()

COMMANDS = {
    "accounts": "kimhub.identity.commands:accounts",
    "audit": "kimhub.operator.commands.audit:audit",
    "clients": "kimhub.identity.commands:clients",
    "db": "kimhub.operator.commands.database:db",
    "demo": "kimhub.demo.commands:demo",
    "distribute": "kimhub.programme.distribution.commands:distribute",
    "funds": "kimhub.funding.commands:funds_group",
    "health": "kimhub.supervisor.commands:health",
    "jobs": "kimhub.operator.commands.jobs:jobs",
    "mail": "kimhub.operator.commands.mail:mail",
    "overview": "kimhub.overview.commands:overview_command",
    "plan": "kimhub.programme.commands:plan",
    "register": "kimhub.operator.commands.register:register",
    "relay": "kimhub.operator.commands.jobs:relay",
    "reports": "kimhub.reports.commands:reports",
    "run": "kimhub.supervisor.commands:run",
    "spending": "kimhub.spending.commands:spending",
    "tenants": "kimhub.operator.commands.tenants:tenants",
    "worker": "kimhub.operator.commands.jobs:worker",
}
"""Name of the command → where it is."""


class LazyGroup(click.Group):
    """A group whose commands are imported by name on first use, and whose errors are sentences."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What the operator can put right becomes an `OperatorError`, whichever command it is."""
        try:
            return super().invoke(ctx)
        except (OperatorError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            told = import_module("kimhub.operator.sentences").sentence_for(error)
            if told is None:
                raise
            raise OperatorError(told) from error

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """Return all names without importing anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — click's
        """Import and return one command, None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        with loading():
            command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a click command")
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def kimhub() -> None:
    """KIMHub: Kommunales Integrationsmanagement in Nordrhein-Westfalen."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process.

    Status 0: done. 1: something to put right, shown as one message; or a fault of KIMHub, shown with its traceback.
    2: called wrongly. 130: interrupted by Ctrl-C.
    """
    signal.signal(signal.SIGINT, interrupt)
    try:
        sys.exit(kimhub.main(arguments, prog_name="kimhub", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Abgebrochen.", err=True)
        sys.exit(130)
    except OperatorError as error:
        _say(str(error))
        sys.exit(1)
    except Exception:  # noqa: BLE001 - whatever it is, the operator is told what to do with it
        traceback.print_exc()
        _say("Das hätte nicht geschehen dürfen. Bitte melden Sie es mit den Zeilen darüber.")
        sys.exit(1)


def _say(sentence: str) -> None:
    click.echo(f"{click.style('Fehler:', fg='red', bold=True)} {sentence}", err=True)
