"""`kimhub audit compare`: prove that the tables are what the record says of them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial

import click

from kimhub.core.audit import BatchReport, CompareReport, compare_with_history, verify_batches
from kimhub.core.formats import number
from kimhub.operator.progress import progress_bars
from kimhub.operator.tenant_reading import application_connection, platform_in, reading_as, tenants_asked_for


@dataclass(frozen=True, slots=True)
class _Compared:
    """What comparing one tenant gave."""

    name: str
    rows: CompareReport
    batches: BatchReport

    @property
    def deviations(self) -> int:
        return self.rows.count + len(self.batches.broken)


@click.command("compare")
@click.option("--tenant", "slug", metavar="KURZ", help="Nur diese Kommune.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compare_command(slug: str | None, form: str) -> None:
    """Alle Zeilen mit ihrem Verlauf vergleichen. Status 1, wenn etwas nicht stimmt.

    Jede Zeile muss so sein, wie der letzte Eintrag über sie sagt; eingelesene Zeilen müssen ihre Prüfsumme ergeben.
    Genannt werden Tabelle, Kennung und Spalten, nie Inhalte. Ob das Protokoll selbst unverändert ist, sagt
    „kimhub audit verify“: Beide zusammen beweisen etwas.
    """
    compared = []
    with application_connection() as connection, progress_bars() as progress:
        for row in tenants_asked_for(connection, slug):
            with reading_as(connection, platform_in(row)):
                compared.append(
                    _Compared(
                        row.name,
                        compare_with_history(connection, row.id, progress=partial(progress, row.name)),
                        verify_batches(
                            connection, row.id, progress=partial(progress, f"{row.name}, eingelesene Zeilen")
                        ),
                    )
                )
    if form == "json":
        _print_json(compared)
    else:
        _print_text(compared)
    if any(one.deviations for one in compared):
        sys.exit(1)


def _print_text(compared: list[_Compared]) -> None:
    for one in compared:
        sentences = [found.sentence for found in one.rows.named]
        for sentence in (*sentences, *(broken.sentence for broken in one.batches.broken)):
            click.echo(f"{one.name}: {sentence}")
        if one.rows.count > len(one.rows.named):
            click.echo(f"{one.name}: und {number(one.rows.count - len(one.rows.named))} weitere Zeilen.")
        if not one.deviations:
            click.echo(f"{one.name}: {_rows(one.rows.rows)}, wie im Protokoll.")
    deviations = sum(one.deviations for one in compared)
    if not deviations:
        click.echo("Die Daten stimmen mit dem Protokoll überein.")
    else:
        click.echo(
            "1 Abweichung gefunden." if deviations == 1 else f"{number(deviations)} Abweichungen gefunden."
        )


def _rows(count: int) -> str:
    return "1 Zeile" if count == 1 else f"{number(count)} Zeilen"


def _print_json(compared: list[_Compared]) -> None:
    report = [
        {
            "tenant": one.name,
            "tables": one.rows.tables,
            "rows": one.rows.rows,
            "deviations": one.deviations,
            "differences": [
                {"table": found.table, "row": found.row_id, "kind": found.kind, "columns": found.columns}
                for found in one.rows.named
            ],
            "batches": [
                {"id": found.parent_id, "kind": found.kind, "place": found.place, "row": found.row_id}
                for found in one.batches.broken
            ],
        }
        for one in compared
    ]
    click.echo(json.dumps({"tenants": report}, ensure_ascii=False, indent=2))
