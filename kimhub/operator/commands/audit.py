"""`kimhub audit`: prove that nobody has changed the record of what was done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import click
from sqlalchemy import Connection, text

from kimhub.core.audit import ChainReport, Root, RootReport, verify_chain, verify_roots
from kimhub.core.formats import moment, number
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from kimhub.operator.connection import operator_transaction, signing_engine
from kimhub.operator.progress import progress_bars
from tenants import NOBODY, system_actor
from tenants.binding import Bound, bind_connection
from tenants.operator import TenantRow, find_tenant, list_tenants

_SEAL = text("SELECT app.audit_seal()")
_LATEST = text("SELECT seq, at, hash FROM audit_root ORDER BY seq DESC LIMIT 1")


@click.group("audit")
def audit() -> None:
    """Das Protokoll aller Änderungen prüfen und versiegeln."""


@audit.command("verify")
@click.option(
    "--tenant", "slug", metavar="KURZ", help="Nur die Kette dieser Kommune; ohne die Gesamtprüfsummen."
)
@click.option(
    "--root",
    "kept",
    multiple=True,
    metavar="NUMMER:HASH",
    help="Eine außerhalb aufbewahrte Gesamtprüfsumme; mehrfach möglich.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(slug: str | None, kept: tuple[str, ...], form: str) -> None:
    """Alle Ketten, Siegel und Gesamtprüfsummen nachrechnen. Status 1, wenn etwas nicht stimmt.

    Beim ersten fehlerhaften Eintrag einer Kette steht, ob er geändert wurde, fehlt oder nicht anschließt.
    """
    if slug and kept:
        raise click.UsageError("--root prüft die Gesamtprüfsummen über alle Ketten; lassen Sie --tenant weg.")
    roots_kept = _parse_roots(kept)
    settings = Settings.from_environ()
    with servers_of(settings), _as_application(settings) as connection:
        rows = [find_tenant(connection, slug)] if slug else list_tenants(connection)
        chains = list(_chains(connection, rows))
        roots = None if slug else _roots(connection, chains, roots_kept)
    names = {row.id: row.name for row in rows}
    if form == "json":
        _print_json(names, chains, roots)
    else:
        _print_text(names, chains, roots)
    if any(chain.broken for chain in chains) or (roots and roots.broken):
        sys.exit(1)


@audit.command("seal")
def seal() -> None:
    """Die Enden aller gewachsenen Ketten in einer neuen Gesamtprüfsumme zusammenfassen. Geschieht sonst stündlich."""
    with operator_transaction() as connection:
        connection.execute(_SEAL)
        latest = connection.execute(_LATEST).one_or_none()
    _print_root(latest)


@audit.command("root")
def root() -> None:
    """Die letzte Gesamtprüfsumme ausgeben, damit Sie sie außerhalb aufbewahren können."""
    with operator_transaction() as connection:
        latest = connection.execute(_LATEST).one_or_none()
    _print_root(latest)


def _parse_roots(written: tuple[str, ...]) -> list[Root]:
    try:
        return [Root.parse(text) for text in written]
    except ValueError as error:
        raise OperatorError(
            "Eine Gesamtprüfsumme hat die Form NUMMER:HASH mit 64 Hexadezimalziffern, wie „kimhub audit root“ sie "
            "ausgibt."
        ) from error


@contextmanager
def _as_application(settings: Settings) -> Iterator[Connection]:
    """Yield a connection of the application's role: the proof needs no other."""
    engine = signing_engine(settings.database_url, settings)
    with engine.connect() as connection:
        yield connection


@contextmanager
def _bound(connection: Connection, who: Bound) -> Iterator[None]:
    """Let `who` read in a transaction of its own."""
    connection.rollback()
    bind_connection(connection, who, read_only=True)
    yield
    connection.rollback()


def _chains(connection: Connection, rows: list[TenantRow]) -> Iterator[ChainReport]:
    with progress_bars() as progress:
        for row in rows:
            actor = system_actor(
                tenant_id=row.id, tenant_slug=row.slug, tenant_name=row.official_name, tenant_kind=row.kind
            )
            with _bound(connection, actor):
                yield verify_chain(connection, row.id, progress=partial(progress, row.name))


def _roots(connection: Connection, chains: list[ChainReport], kept: list[Root]) -> RootReport:
    with _bound(connection, NOBODY):
        return verify_roots(connection, chains, kept=kept)


def _print_text(names: dict[int, str], chains: list[ChainReport], roots: RootReport | None) -> None:
    for chain in chains:
        if chain.broken:
            click.echo(
                f"{names[chain.tenant_id]}: Eintrag {number(chain.broken.seq)}. {chain.broken.sentence}"
            )
        else:
            open_end = f", davon {number(chain.unsealed)} noch nicht versiegelt" if chain.unsealed else ""
            click.echo(f"{names[chain.tenant_id]}: {_entries(chain.events)}, vollständig{open_end}.")
    if roots and roots.broken:
        click.echo(roots.broken)
    elif roots and roots.latest and roots.latest.at:
        count = "1 Gesamtprüfsumme" if roots.roots == 1 else f"{number(roots.roots)} Gesamtprüfsummen"
        click.echo(f"{count}, die letzte vom {moment(roots.latest.at)}: {roots.latest}")
    broken = sum(1 for chain in chains if chain.broken) + bool(roots and roots.broken)
    if not broken:
        click.echo("Das Protokoll ist unverändert.")
    else:
        click.echo("1 Abweichung gefunden." if broken == 1 else f"{number(broken)} Abweichungen gefunden.")


def _entries(count: int) -> str:
    return "1 Eintrag" if count == 1 else f"{number(count)} Einträge"


def _print_json(names: dict[int, str], chains: list[ChainReport], roots: RootReport | None) -> None:
    report: dict[str, Any] = {
        "chains": [
            {
                "tenant": names[chain.tenant_id],
                "events": chain.events,
                "unsealed": chain.unsealed,
                "broken": {"seq": chain.broken.seq, "kind": chain.broken.kind} if chain.broken else None,
            }
            for chain in chains
        ]
    }
    if roots:
        report["roots"] = {"count": roots.roots, "latest": str(roots.latest or ""), "broken": roots.broken}
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))


def _print_root(latest: Any) -> None:
    if latest is None:
        raise OperatorError(
            "Es gibt noch keine Gesamtprüfsumme: Bisher ist nichts protokolliert oder nichts versiegelt "
            "(„kimhub audit seal“)."
        )
    click.echo(str(Root(latest.seq, bytes(latest.hash))))
    click.echo(f"vom {moment(latest.at)}. Bewahren Sie die Zeile an einem anderen Ort auf.", err=True)
