"""`kimhub accounts` and `kimhub clients`: people and machines, as the platform's operator looks after them."""

from __future__ import annotations

import sys
from uuid import UUID

import click

from kimhub.core.errors import ConflictError
from kimhub.core.operator_error import OperatorError
from kimhub.identity import passwords
from kimhub.identity.operator import accept_memberships, disable_account, provide_account, reset_password
from kimhub.identity.queries import CLIENTS
from kimhub.identity.usecases.add_membership import AddMembership, Handover, add_membership, available_roles
from kimhub.identity.usecases.end_client import end_client
from kimhub.identity.usecases.register_client import RegisterClient, register_client
from kimhub.operator.public import operator_transaction, working_for
from tenants import Actor, Permission, Role, transaction

_EMAIL = click.option("--email", metavar="ADRESSE", required=True, help="E-Mail-Adresse der Person.")
_TENANT = click.option("--tenant", "slug", metavar="KURZ", required=True, help="Kurzbezeichnung der Kommune.")
_FROM_STDIN = click.option(
    "--password-from-stdin",
    "from_stdin",
    is_flag=True,
    help="Passwort von der Standardeingabe lesen; es muss dann nicht ersetzt werden.",
)


@click.group()
def accounts() -> None:
    """Konten der Personen, die sich anmelden."""


@accounts.command("add")
@_EMAIL
@_TENANT
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="Rolle in der Kommune."
)
@click.option("--name", metavar="NAME", help="So sehen andere die Person; sonst Rolle und Kommune.")
@_FROM_STDIN
def add(email: str, slug: str, role: str, name: str | None, *, from_stdin: bool) -> None:
    """Einer Person eine Rolle geben; das Konto wird angelegt, wenn es noch keines gibt. Mehrfach ausführbar."""
    wanted = Role(role)
    given = _password_from_stdin(email) if from_stdin else None
    password = given or passwords.first_password()
    with working_for(slug) as desk:
        actor = desk.actor
        with transaction(actor):
            if wanted not in available_roles(actor):
                raise OperatorError(f"Die Rolle „{wanted.label}“ gibt es bei {actor.tenant_name} nicht.")
        called = name or f"{wanted.label} {actor.tenant_name}"
        with operator_transaction() as connection:
            account_id, created = provide_account(
                connection, email=email, display_name=called, password=password, lasting=given is not None
            )
        with transaction(actor):
            new = _give(actor, AddMembership(email, called, wanted, Handover.PASSWORD))
        with operator_transaction() as connection:
            accept_memberships(connection, account_id, actor.tenant_id)
    click.echo(f"{email}: {wanted.label} bei {actor.tenant_name}" + ("" if new else " (schon vorhanden)"))
    if created and given is None:
        click.echo(f"Startpasswort (wird nur jetzt angezeigt): {password}")
    elif not created:
        click.echo("Das Konto gab es schon; sein Passwort ist unverändert.")


@accounts.command("password")
@_EMAIL
@_FROM_STDIN
def password_command(email: str, *, from_stdin: bool) -> None:
    """Ein neues Startpasswort setzen und alle Anmeldungen der Person beenden."""
    given = _password_from_stdin(email) if from_stdin else None
    password = given or passwords.first_password()
    with operator_transaction() as connection:
        _known(reset_password(connection, email, password, lasting=given is not None), email)
    click.echo(f"{email}: neues Passwort gesetzt, alle Anmeldungen beendet")
    if given is None:
        click.echo(f"Startpasswort (wird nur jetzt angezeigt): {password}")


@accounts.command("disable")
@_EMAIL
def disable(email: str) -> None:
    """Ein Konto in allen Kommunen sperren; wirkt sofort."""
    with operator_transaction() as connection:
        _known(disable_account(connection, email), email)
    click.echo(f"{email}: gesperrt, alle Anmeldungen beendet")


@accounts.command("enable")
@_EMAIL
def enable(email: str) -> None:
    """Die Sperre eines Kontos aufheben."""
    with operator_transaction() as connection:
        _known(disable_account(connection, email, disable=False), email)
    click.echo(f"{email}: Sperre aufgehoben")


@click.group()
def clients() -> None:
    """Maschinenzugänge der Kommunen (OAuth 2.0)."""


@clients.command("add")
@_TENANT
@click.option("--name", metavar="NAME", required=True, help="Bezeichnung des Fachverfahrens.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([permission.value for permission in Permission]),
    help="Berechtigung; mehrfach möglich.",
)
def add_client(slug: str, name: str, scopes: tuple[str, ...]) -> None:
    """Einen Zugang anlegen und seinen Schlüssel einmal anzeigen."""
    with working_for(slug) as desk, transaction(desk.actor):
        registered = register_client(desk.actor, RegisterClient(name, frozenset(map(Permission, scopes))))
    click.echo(f"client_id:     {registered.client.id}")
    click.echo(f"client_secret: {registered.secret}  (wird nur jetzt angezeigt)")


@clients.command("list")
@_TENANT
def list_clients(slug: str) -> None:
    """Die Zugänge einer Kommune."""
    with working_for(slug) as desk, transaction(desk.actor, read_only=True) as session:
        rows = list(CLIENTS.all(session, desk.actor.tenant_id))
    for row in rows:
        state = "beendet" if row["ended_at"] else ", ".join(row["scopes"])
        click.echo(f"{row['id']}  {row['name']}  {state}")


@clients.command("end")
@_TENANT
@click.option("--id", "client_id", type=click.UUID, required=True, help="Kennung (client_id).")
def end(slug: str, client_id: UUID) -> None:
    """Einen Zugang beenden; wirkt sofort."""
    with working_for(slug) as desk, transaction(desk.actor):
        client = end_client(desk.actor, client_id)
    click.echo(f"{client.name}: beendet")


def _give(actor: Actor, command: AddMembership) -> bool:
    """Give the role; False if the person has it already."""
    try:
        add_membership(actor, command)
    except ConflictError:
        return False
    return True


def _password_from_stdin(email: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if weak := passwords.weaknesses(password, about=(email,)):
        raise OperatorError(weak[0])
    return password


def _known(found: bool, email: str) -> None:
    if not found:
        raise OperatorError(f"Es gibt kein Konto mit der Adresse {email}.")
