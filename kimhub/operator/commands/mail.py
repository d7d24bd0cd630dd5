"""`kimhub mail`: whether mails leave, and letting them go after a restore."""

from __future__ import annotations

import click

from kimhub.core.formats import moment, number
from kimhub.core.mail.holding import WaitingMails, hold_mails, is_held, release_mails, waiting_mails
from kimhub.operator.connection import relay_connection


@click.group()
def mail() -> None:
    """E-Mails anhalten und freigeben, ohne ihren Inhalt zu sehen (Rolle kimhub_relay)."""


@mail.command("status")
def status_command() -> None:
    """Zeigen, ob E-Mails hinausgehen und wie viele warten."""
    with relay_connection() as connection:
        held, waiting = is_held(connection), waiting_mails(connection)
    click.echo(
        "E-Mails sind angehalten: Diese Datenbank ist wiederhergestellt oder wurde mit `kimhub mail hold` angehalten."
        if held
        else "E-Mails gehen hinaus."
    )
    click.echo(_said(waiting))
    if held:
        click.echo(
            "Freigeben: `kimhub mail release`. Was wartet, ging vielleicht schon vor dem Wiederherstellen hinaus; "
            "mit `--drop` wird es verworfen. Was es mitteilt, steht in den Posteingängen; nur Einladungen müssten die "
            "Kommunen dann noch einmal schicken."
        )


@mail.command("hold")
def hold_command() -> None:
    """Keine E-Mails mehr hinauslassen, bis sie freigegeben werden."""
    with relay_connection() as connection:
        hold_mails(connection)
    click.echo("E-Mails sind angehalten. Auch Links für vergessene Passwörter gehen nicht hinaus.")


@mail.command("release")
@click.option(
    "--drop", is_flag=True, help="Verwerfen, was jetzt wartet; nur was danach entsteht, geht hinaus."
)
def release_command(drop: bool) -> None:
    """E-Mails freigeben."""
    with relay_connection() as connection:
        count = release_mails(connection, drop=drop)
    click.echo(f"E-Mails gehen hinaus; {number(count)} {'sind verworfen' if drop else 'warten noch'}.")


def _said(waiting: WaitingMails) -> str:
    if waiting.oldest is None or waiting.newest is None:
        return "Es wartet keine."
    return f"Es warten {number(waiting.number)}, geschrieben {moment(waiting.oldest)} bis {moment(waiting.newest)}."
