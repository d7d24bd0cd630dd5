"""`kimhub tenants`: who takes part."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from kimhub.operator.connection import operator_transaction
from tenants.models import INTEGRATION_COMMITTEES
from tenants.operator import Admission, TenantRow, admit_authority, admit_tenant, list_tenants

_COMMITTEE_LABELS = {
    "none": "kein Integrationsgremium",
    "integrationsrat": "Integrationsrat",
    "integrationsausschuss": "Integrationsausschuss",
}


@click.group("tenants")
def tenants() -> None:
    """Die Kommunen und Bezirksregierungen, die teilnehmen."""


@tenants.command("add")
@click.argument("body", metavar="KOMMUNE")
@click.option("--authority", is_flag=True, help="KOMMUNE ist der Name einer Bezirksregierung.")
@click.option("--slug", metavar="KURZ", help="Kurzbezeichnung in den Adressen; sonst aus dem Namen.")
@click.option("--jugendamt/--no-jugendamt", default=None, help="Eigenes Jugendamt.")
@click.option("--auslaenderbehoerde/--no-auslaenderbehoerde", default=None, help="Sonst laut Register.")
@click.option(
    "--committee",
    type=click.Choice(INTEGRATION_COMMITTEES),
    default="none",
    show_default=True,
    help="Integrationsrat oder Integrationsausschuss nach § 27 GO NRW.",
)
@click.option("--address", metavar="TEXT", default="", help="Zeilen des Briefkopfs, mit | getrennt.")
def add(
    body: str,
    *,
    authority: bool,
    slug: str | None,
    jugendamt: bool | None,
    auslaenderbehoerde: bool | None,
    committee: str,
    address: str,
) -> None:
    """Eine Kommune (Gemeindeschlüssel oder Name laut Register) aufnehmen. Mehrfach ausführbar."""
    lines = "\n".join(part.strip() for part in address.split("|"))
    with operator_transaction() as connection:
        if authority:
            admission = admit_authority(connection, body, slug=slug, address=lines)
        else:
            admission = admit_tenant(
                connection,
                body,
                slug=slug,
                jugendamt=jugendamt,
                auslaenderbehoerde=auslaenderbehoerde,
                integration_committee=committee,
                address=lines,
            )
    _print_admission(admission)


@tenants.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(form: str) -> None:
    """Alle Teilnehmenden in alphabetischer Folge."""
    with operator_transaction() as connection:
        rows = list_tenants(connection)
    if form == "json":
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Es nimmt noch niemand teil. Nehmen Sie mit „kimhub tenants add“ die erste Kommune auf.")
    width = max((len(row.name) for row in rows), default=0)
    for row in rows:
        click.echo(f"{row.ags or '':<9} {row.name:<{width}}  {row.slug:<{width}}  {_described(row)}".rstrip())


def _print_admission(admission: Admission) -> None:
    tenant = admission.tenant
    verb = "aufgenommen" if admission.new else "nimmt bereits teil, nichts geändert"
    click.echo(f"{tenant.name}: {verb}. Adresse der Seiten: /t/{tenant.slug}/")
    click.echo(f"  {_described(tenant)}")


def _described(row: TenantRow) -> str:
    facts = [row.kind.label]
    if row.is_grant_recipient:
        facts.append("Zuwendungsempfang")
    if row.has_auslaenderbehoerde:
        facts.append("Ausländerbehörde")
    if row.has_jugendamt:
        facts.append("Jugendamt")
    if row.integration_committee != "none":
        facts.append(_COMMITTEE_LABELS[row.integration_committee])
    return ", ".join(facts)
