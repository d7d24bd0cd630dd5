"""`kimhub register`: the register of Kreise and Gemeinden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click

from kimhub.core.formats import day, number
from kimhub.operator.connection import operator_transaction
from kimhub.operator.progress import progress_bars
from tenants import TenantKind
from tenants.register import Change, ImportReport, import_register, registered_kreise
from tenants.register_file import SHIPPED, Edition, RegisterFile, edition_beside, parse_register

_PLURALS = {
    TenantKind.KREIS: "Kreise",
    TenantKind.KREISFREIE_STADT: "kreisfreie Städte",
    TenantKind.GEMEINDE: "Gemeinden",
}
_COLUMN_LABELS = {
    "ars": "Regionalschlüssel",
    "name": "Name",
    "official_name": "amtlicher Name",
    "kind": "Art",
    "parent_ags": "Kreis",
    "regierungsbezirk": "Regierungsbezirk",
    "status": "Status",
    "population": "Einwohnerzahl",
    "population_date": "Stand der Einwohnerzahl",
    "postcode": "Postleitzahl",
    "has_auslaenderbehoerde": "eigene Ausländerbehörde",
    "source": "Quelle",
    "sort_key": "Sortierung",
}
_SHOWN_CHANGES = 30


@click.group("register")
def register() -> None:
    """Das Register der Kreise, kreisfreien Städte und Gemeinden."""


@register.command("import")
@click.argument(
    "file",
    metavar="[DATEI.csv]",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=SHIPPED,
)
@click.option("--dry-run", is_flag=True, help="Nur prüfen und zeigen, was sich ändern würde.")
@click.option(
    "--population-date",
    type=click.DateTime(["%Y-%m-%d", "%d.%m.%Y"]),
    metavar="DATUM",
    help="Stichtag der Einwohnerzahlen, zum Beispiel 31.12.2019.",
)
@click.option("--source", metavar="TEXT", help="Herkunft der Daten.")
def import_command(
    file: Path, *, dry_run: bool, population_date: datetime | None, source: str | None
) -> None:
    """Das Register aus einer CSV-Datei übernehmen; ohne Datei die mitgelieferte für Nordrhein-Westfalen.

    Beliebig oft ausführbar: Gleiches bleibt, Abweichendes wird geändert, gelöscht wird nichts. Enthält auch
    nur eine Zeile einen Fehler, wird nichts übernommen.
    """
    content = file.read_bytes()
    edition, assumed = _edition(file, population_date.date() if population_date else None, source)
    with operator_transaction(keep=not dry_run) as connection, progress_bars() as progress:
        checked = parse_register(content, registered_kreise=registered_kreise(connection))
        report = import_register(connection, checked, edition, progress=progress)
    _print_file(file, checked, edition, assumed=assumed)
    _print_report(report, dry_run=dry_run)


def _edition(file: Path, population_date: date | None, source: str | None) -> tuple[Edition, bool]:
    """Return the edition of `file` and whether its date had to be assumed."""
    beside = edition_beside(file)
    edition = beside or replace(_shipped_edition(), counts={})
    if source:
        edition = replace(edition, source=source)
    if population_date:
        edition = replace(edition, population_date=population_date)
    return edition, beside is None and population_date is None


def _shipped_edition() -> Edition:
    edition = edition_beside(SHIPPED)
    if edition is None:
        raise FileNotFoundError(SHIPPED.with_suffix(".toml"))
    return edition


def _print_file(file: Path, checked: RegisterFile, edition: Edition, *, assumed: bool) -> None:
    counts = ", ".join(f"{number(checked.counts.get(kind, 0))} {label}" for kind, label in _PLURALS.items())
    click.echo(f"{file.name}: {number(len(checked.rows))} Einträge ({counts})")
    note = " (angenommen; ein anderes Datum nennen Sie mit --population-date)" if assumed else ""
    click.echo(f"Quelle: {edition.source}. Einwohnerzahlen vom {day(edition.population_date)}{note}.")
    if checked.ignored_columns:
        click.echo(f"Nicht übernommene Spalten: {', '.join(checked.ignored_columns)}")


def _print_report(report: ImportReport, *, dry_run: bool) -> None:
    for change in report.changed[:_SHOWN_CHANGES]:
        click.echo(f"  {change.name} ({change.ags}): {_described(change)}")
    if len(report.changed) > _SHOWN_CHANGES:
        click.echo(f"  … und {number(len(report.changed) - _SHOWN_CHANGES)} weitere Änderungen")
    click.echo(
        f"{number(len(report.added))} neu, {number(report.changed_entries)} geändert, "
        f"{number(report.left)} unverändert."
    )
    if report.not_in_file:
        click.echo(
            f"{number(len(report.not_in_file))} Einträge des Registers stehen nicht in der Datei und bleiben bestehen."
        )
    if dry_run:
        click.echo("Probelauf: Es wurde nichts gespeichert.")


def _described(change: Change) -> str:
    return f"{_COLUMN_LABELS[change.column]} {_shown(change.old)} → {_shown(change.new)}"


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, int):
        return number(value)
    if isinstance(value, date):
        return day(value)
    return f"„{value}“"
