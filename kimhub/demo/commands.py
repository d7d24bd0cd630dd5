"""`kimhub demo`: the demo district."""

from __future__ import annotations

from pathlib import Path

import click

from kimhub.app import create_app
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Environment, Settings
from kimhub.demo.district import ACCOUNTS
from kimhub.demo.load import demo_password, load_demo
from kimhub.embedded.availability import servers_of
from kimhub.operator.public import operator_transaction

PLAN_FILE = Path(__file__).resolve().parents[2] / "examples" / "koeln.toml"


@click.group()
def demo() -> None:
    """Musterdaten: Rhein-Sieg-Kreis, Köln, Städteregion Aachen, Kreis Unna, Bezirksregierung Arnsberg."""


@demo.command("load")
def load_command() -> None:
    """Musterdaten anlegen; was schon da ist, bleibt. Nicht für den Betrieb."""
    settings = _demo_settings()
    with servers_of(settings):
        load_demo(
            create_app(settings),
            operator_transaction,
            PLAN_FILE.read_bytes(),
            lambda step: click.echo(f"✓ {step}"),
        )
    _tell_accounts(settings)


@demo.command("accounts")
def accounts_command() -> None:
    """Zeigen, wer sich an den Musterdaten anmelden kann."""
    _tell_accounts(_demo_settings())


def _tell_accounts(settings: Settings) -> None:
    widest = max(len(account.email) for account in ACCOUNTS)
    click.echo("\nAnmelden können sich:")
    for account in ACCOUNTS:
        click.echo(f"  {account.email:<{widest}}  {account.role.label}: {account.purpose}")
    click.echo(f"Kennwort für alle: {demo_password(settings)}")


def _demo_settings() -> Settings:
    settings = Settings.from_environ()
    if settings.environment is Environment.PRODUCTION:
        raise OperatorError(
            "Musterdaten gehören nicht in den Betrieb: Alle Zugänge hätten dasselbe Kennwort. "
            "Nehmen Sie Kommunen mit „kimhub tenants add“ auf."
        )
    return settings
