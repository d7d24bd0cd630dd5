"""The command `kimhub`. Each command is imported only when it is called, so `kimhub --help` answers at once."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from kimhub import __version__
from kimhub.core.operator_error import OperatorError

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
    """A group whose commands are imported by name on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's signature
        """Return all names without importing anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — click's
        """Import and return one command, None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a click command")
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def kimhub() -> None:
    """KIMHub: Kommunales Integrationsmanagement in Nordrhein-Westfalen."""


def main() -> None:
    """Run the command line. What the operator must put right is shown as one message, status 1."""
    try:
        kimhub(prog_name="kimhub")
    except OperatorError as error:
        click.echo(f"{click.style('Fehler:', fg='red', bold=True)} {error}", err=True)
        sys.exit(1)
