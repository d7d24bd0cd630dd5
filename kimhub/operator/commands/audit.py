"""`kimhub audit`: prove that nobody has changed the record of what was done."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import click
from sqlalchemy import Connection, text

from kimhub.core.audit import (
    BatchReport,
    ChainReport,
    Root,
    RootReport,
    verify_batches,
    verify_chain,
    verify_roots,
)
from kimhub.core.formats import moment, number
from kimhub.core.operator_error import OperatorError
from kimhub.operator.commands.audit_compare import compare_command
from kimhub.operator.connection import operator_transaction
from kimhub.operator.progress import progress_bars
from kimhub.operator.tenant_reading import application_connection, platform_in, reading_as, tenants_asked_for
from tenants import NOBODY
from tenants.operator import TenantRow

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

    Beim ersten fehlerhaften Eintrag einer Kette steht, ob er geändert wurde, fehlt oder nicht anschließt. Eingelesene
    Zeilen haben zusammen einen Eintrag mit ihrer Prüfsumme; auch sie wird nachgerechnet.
    """
    if slug and kept:
        raise click.UsageError("--root prüft die Gesamtprüfsummen über alle Ketten; lassen Sie --tenant weg.")
    roots_kept = _parse_roots(kept)
    with application_connection() as connection:
        proofs = list(_proofs(connection, tenants_asked_for(connection, slug)))
        roots = None if slug else _roots(connection, [proof.chain for proof in proofs], roots_kept)
    if form == "json":
        _print_json(proofs, roots)
    else:
        _print_text(proofs, roots)
    if any(proof.deviations for proof in proofs) or (roots and roots.broken):
        sys.exit(1)


audit.add_command(compare_command)


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


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is known of one tenant's record."""

    name: str
    chain: ChainReport
    batches: BatchReport

    @property
    def deviations(self) -> int:
        return bool(self.chain.broken) + len(self.batches.broken)


def _proofs(connection: Connection, rows: list[TenantRow]) -> Iterator[_Proof]:
    with progress_bars() as progress:
        for row in rows:
            with reading_as(connection, platform_in(row)):
                yield _Proof(
                    row.name,
                    verify_chain(connection, row.id, progress=partial(progress, row.name)),
                    verify_batches(
                        connection, row.id, progress=partial(progress, f"{row.name}, eingelesene Zeilen")
                    ),
                )


def _roots(connection: Connection, chains: list[ChainReport], kept: list[Root]) -> RootReport:
    with reading_as(connection, NOBODY):
        return verify_roots(connection, chains, kept=kept)


def _print_text(proofs: list[_Proof], roots: RootReport | None) -> None:
    for proof in proofs:
        chain = proof.chain
        if chain.broken:
            click.echo(f"{proof.name}: Eintrag {number(chain.broken.seq)}. {chain.broken.sentence}")
        else:
            open_end = f", davon {number(chain.unsealed)} noch nicht versiegelt" if chain.unsealed else ""
            click.echo(f"{proof.name}: {_entries(chain.events)}, vollständig{open_end}.")
        for broken in proof.batches.broken:
            click.echo(f"{proof.name}: {broken.sentence}")
        if proof.batches.rows and not proof.batches.broken:
            click.echo(f"{proof.name}: {number(proof.batches.rows)} eingelesene Zeilen, unverändert.")
    if roots and roots.broken:
        click.echo(roots.broken)
    elif roots and roots.latest and roots.latest.at:
        count = "1 Gesamtprüfsumme" if roots.roots == 1 else f"{number(roots.roots)} Gesamtprüfsummen"
        click.echo(f"{count}, die letzte vom {moment(roots.latest.at)}: {roots.latest}")
    broken_ones = sum(proof.deviations for proof in proofs) + bool(roots and roots.broken)
    if not broken_ones:
        click.echo("Das Protokoll ist unverändert.")
    else:
        click.echo(
            "1 Abweichung gefunden." if broken_ones == 1 else f"{number(broken_ones)} Abweichungen gefunden."
        )


def _entries(count: int) -> str:
    return "1 Eintrag" if count == 1 else f"{number(count)} Einträge"


def _print_json(proofs: list[_Proof], roots: RootReport | None) -> None:
    report: dict[str, Any] = {
        "chains": [
            {
                "tenant": proof.name,
                "events": proof.chain.events,
                "unsealed": proof.chain.unsealed,
                "broken": {"seq": proof.chain.broken.seq, "kind": proof.chain.broken.kind}
                if proof.chain.broken
                else None,
                "batches": {
                    "count": proof.batches.batches,
                    "rows": proof.batches.rows,
                    "broken": [
                        {
                            "id": broken.parent_id,
                            "kind": broken.kind,
                            "place": broken.place,
                            "row": broken.row_id,
                        }
                        for broken in proof.batches.broken
                    ],
                },
            }
            for proof in proofs
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
