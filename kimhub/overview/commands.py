"""`kimhub overview`: the Mittelübersicht of a tenant in the terminal."""

from __future__ import annotations

import json
from uuid import UUID

import click

from kimhub.core import formats
from kimhub.operator.public import working_for
from kimhub.overview.collect import Overview, overview
from kimhub.overview.document import overview_to_json
from kimhub.overview.figures import BausteinFigures, Figures, YearFigures
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import Actor, transaction

_LABEL, _AMOUNT = 36, 16
_COLUMNS = ("Bewilligt", "Erhalten", "Weiterg.", "Geplant", "Ausgegeben", "Rest", "Prognose", "Eigenanteil")


@click.command("overview")
@click.option("--tenant", "slug", required=True, metavar="KÜRZEL", help="Die Kommune, zum Beispiel koeln.")
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), help="Haushaltsjahr; Vorgabe: alle.")
@click.option("--plan", "plan_id", type=click.UUID, help="Plan, wenn keine Zuwendung einen nennt.")
@click.option(
    "--format", "output", type=click.Choice(["table", "json"]), default="table", help="Vorgabe: table."
)
def overview_command(*, slug: str, year: int | None, plan_id: UUID | None, output: str) -> None:
    """Die Mittelübersicht einer Kommune zeigen: bewilligt, weitergeleitet, geplant, ausgegeben, Rest, Prognose."""
    with working_for(slug) as desk, transaction(desk.actor, read_only=True) as session:
        shown = overview(session, desk.actor, year=year, plan_id=plan_id)
    if output == "json":
        click.echo(json.dumps(overview_to_json(shown), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(desk.actor, shown)))


def _lines(actor: Actor, shown: Overview) -> list[str]:
    found = [f"{actor.tenant_name} · Mittelübersicht · Beträge in Euro · Stand {formats.moment(shown.as_of)}"]
    for year in shown.years:
        if not year.bausteine:
            continue
        found += [
            "",
            f"{'Haushaltsjahr ' + str(year.year):<{_LABEL}}" + "".join(f"{c:>{_AMOUNT}}" for c in _COLUMNS),
        ]
        for part in year.bausteine:
            found += [
                _row(f"  {line.teilplanzeile.value} {line.teilplanzeile.label}", line) for line in part.lines
            ]
            found.append(_row(part.label, part))
        found.append(_row(f"Summe {year.year}", year))
    if shown.is_empty:
        found.append("Keine Mittel, kein verknüpfter Plan und keine Ausgaben.")
    for alert in shown.alerts:
        found += ["", f"! {alert.title}", f"  {alert.detail}"]
    if shown.guidelines:
        unverified = " (rechnet mit ungeprüften Werten)" if shown.unverified else ""
        found += ["", f"Förderrichtlinie: {'; '.join(shown.guidelines)}{unverified}"]
    return found


def _row(label: str, of: Figures) -> str:
    own = of.eigenanteil if isinstance(of, BausteinFigures | YearFigures) else None
    amounts = (of.granted, of.received, of.passed_on, of.planned, of.spent, of.remaining, of.forecast, own)
    cells = ("–" if amount is None else formats.number(amount, places=2) for amount in amounts)
    return f"{label[: _LABEL - 1]:<{_LABEL}}" + "".join(f"{cell:>{_AMOUNT}}" for cell in cells)
