"""The overview in the words and shapes of the pages; its figures lead to what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from kimhub.core.formats import euro
from kimhub.core.web.charts import BarChart, bar_chart
from kimhub.core.web.view import Badge, Column, Tile, Tone
from kimhub.overview.alerts import Alert, AlertKind
from kimhub.overview.collect import Overview
from kimhub.overview.figures import BausteinFigures, Figures, LineFigures, YearFigures, sum_of
from kimhub.overview.recipients import RecipientFigures
from kimhub.programme.public import Baustein, Teilplanzeile

NOTHING = "–"
_SERIOUS = frozenset({AlertKind.TWO_SOURCES, AlertKind.PAID_TWICE, AlertKind.NOT_USED})


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of the table, with the way to what it is made of."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: a Teilplanzeile, the sum of a Baustein, or that of the year."""

    kind: str
    label: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a Haushaltsjahr."""

    year: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def tiles(shown: Overview) -> list[Tile]:
    """Return the figures that matter most."""
    years = shown.years
    found = [
        Tile("Bewilligt", euro(sum_of(years, "granted")), url=_grants_url()),
        Tile("Weitergeleitet", euro(sum_of(years, "passed_on")), url=_allocations_url()),
        Tile("Ausgegeben", euro(sum_of(years, "spent")), url=_spent_url(shown.year)),
        Tile("Rest", euro(sum_of(years, "remaining")), note="Mittel abzüglich der Ausgaben"),
        Tile(
            "Voraussichtlicher Eigenanteil", euro(sum_of(years, "eigenanteil")),
            note="Prognose bis zum Jahresende", unverified=shown.unverified,
        ),
    ]  # fmt: skip
    received = sum_of(years, "received")
    if received:
        tile = Tile("Erhalten", euro(received), note="durch Weiterleitung", url=_allocations_url())
        found = [tile, *found[1:]] if not sum_of(years, "granted") else [found[0], tile, *found[1:]]
    return found


def chart(shown: Overview) -> BarChart | None:
    """Return the bars per Baustein of one year, or per year of all."""
    groups: list[tuple[str, BausteinFigures | YearFigures]] = (
        [(part.label, part) for year in shown.years for part in year.bausteine]
        if shown.year is not None
        else [(str(year.year), year) for year in shown.years if year.bausteine]
    )
    if not groups:
        return None
    series: list[tuple[str, list[Decimal | None]]] = [
        ("Mittel", [part.funded for _, part in groups]),
        ("geplante Kosten", [part.planned for _, part in groups]),
        ("ausgegeben", [part.spent for _, part in groups]),
        ("Prognose", [part.forecast for _, part in groups]),
    ]
    if all(value is None for value in series[1][1]):
        del series[1]
    title = f"Mittel und Ausgaben {shown.year}" if shown.year is not None else "Mittel und Ausgaben je Jahr"
    return bar_chart(title, [label for label, _ in groups], series, notation=euro)


def tables(shown: Overview) -> list[Table]:
    """Return one table per year that has figures."""
    with_received = any(year.received for year in shown.years)
    with_drawn = any(year.drawn is not None for year in shown.years)
    plan_url = _plan_url(shown)
    return [
        _table(year, with_received=with_received, with_drawn=with_drawn, plan_url=plan_url)
        for year in shown.years
        if year.bausteine
    ]


def _table(year: YearFigures, *, with_received: bool, with_drawn: bool, plan_url: str | None) -> Table:
    columns = [Column("Baustein und Teilplanzeile"), *(Column(name, numeric=True) for name in ("Bewilligt",))]
    if with_received:
        columns.append(Column("Erhalten", numeric=True))
    if with_drawn:
        columns.append(Column("Abgerufen", numeric=True))
    names = ("Weitergeleitet", "Geplant", "Ausgegeben", "Rest", "Prognose", "Eigenanteil")
    columns += [Column(name, numeric=True) for name in names]
    rows: list[Row] = []

    def add(kind: str, label: str, note: str, of: Figures, **links: str | None) -> None:
        cells = [Cell(euro(of.granted), links.get("granted"))]
        if with_received:
            cells.append(Cell(euro(of.received), links.get("received")))
        if with_drawn:
            drawn = getattr(of, "drawn", None)
            cells.append(Cell(NOTHING if drawn is None else euro(drawn), links.get("drawn")))
        own = getattr(of, "eigenanteil", None)
        cells += [
            Cell(euro(of.passed_on), links.get("passed_on")),
            Cell(NOTHING if of.planned is None else euro(of.planned), plan_url if of.planned else None),
            Cell(euro(of.spent), links.get("spent")),
            Cell(euro(of.remaining)),
            Cell(euro(of.forecast)),
            Cell(NOTHING if own is None else euro(own)),
        ]
        rows.append(Row(kind, label, note, tuple(cells)))

    for part in year.bausteine:
        for line in part.lines:
            add(
                "line", f"{line.teilplanzeile.value} {line.teilplanzeile.label}", _note(line), line,
                spent=_spent_url(year.year, part.baustein, line.teilplanzeile) if line.spent else None,
            )  # fmt: skip
        add(
            "subtotal", part.label, "", part,
            granted=_grants_url() if part.granted else None,
            received=_allocations_url() if part.received else None,
            passed_on=_allocations_url() if part.passed_on else None,
            spent=_spent_url(year.year, part.baustein) if part.spent and part.baustein else None,
        )  # fmt: skip
    add("total", f"Haushaltsjahr {year.year}", "", year, spent=_spent_url(year.year) if year.spent else None)
    return Table(year.year, tuple(columns), tuple(rows))


def _note(line: LineFigures) -> str:
    return f"davon zum Weiterleiten {euro(line.for_others)}" if line.for_others else ""


def recipient_columns() -> tuple[Column, ...]:
    """Return the columns of the table of recipients."""
    amounts = ("Zugewiesen", "Bestätigt", "Noch offen", "Einwand", "Verzicht", "Selbst weitergeleitet")
    return (Column("Empfängerin oder Empfänger"), *(Column(name, numeric=True) for name in amounts))


def recipient_cells(row: RecipientFigures) -> tuple[str, ...]:
    """Return the amounts of a recipient in the order of the columns."""
    amounts = (row.confirmed, row.unanswered, row.objected, row.waived, row.passed_on)
    answers = (
        tuple(euro(amount) if amount else NOTHING for amount in amounts)
        if row.kind is None
        else (NOTHING,) * len(amounts)
    )
    return (euro(row.allocated), *answers)


def alert_tone(alert: Alert) -> Tone:
    """Return how serious an alert is."""
    return Tone.DANGER if alert.kind in _SERIOUS else Tone.WARNING


def alert_badge(alert: Alert) -> Badge:
    """Return what an alert is about in a word."""
    return Badge(_ALERTS[alert.kind], alert_tone(alert))


_ALERTS = {
    AlertKind.TWO_SOURCES: "mögliche Doppelförderung",
    AlertKind.PAID_TWICE: "mögliche Doppelförderung",
    AlertKind.NOT_USED: "Baustein nicht genutzt",
    AlertKind.OVERSPENT: "Mittel überschritten",
    AlertKind.LAPSING: "Mittel bleiben übrig",
    AlertKind.PERIOD_ENDS: "Zeitraum endet",
}


def _plan_url(shown: Overview) -> str | None:
    if len(shown.plans) == 1:
        return url_for("planning.show_plan", plan_id=shown.plans[0].id)
    return url_for("planning.plans") if shown.plans else None


def _spent_url(
    year: int | None, baustein: Baustein | None = None, line: Teilplanzeile | None = None
) -> str | None:
    asked: dict[str, object] = {"jahr": year}
    if baustein is not None:
        asked["baustein"] = int(baustein)
    if line is not None:
        asked["teilplanzeile"] = line.value
    return url_for("spending.listing", **{name: value for name, value in asked.items() if value is not None})  # type: ignore[arg-type]


def _grants_url() -> str:
    return url_for("funding.grant_list")


def _allocations_url() -> str | None:
    return None


def plans_sentence(shown: Overview) -> str:
    """Say which plan stands behind the planned cost."""
    if not shown.plans:
        return (
            "Für die geplanten Kosten ist kein Finanzierungsplan gewählt oder mit einer Zuwendung verknüpft."
        )
    names = _listed([f"„{plan.title}“ (Fassung {plan.version})" for plan in shown.plans])
    linked = all(plan.linked for plan in shown.plans)
    return f"Geplante Kosten nach {names}, " + (
        "mit einer Zuwendung verknüpft." if linked else "für diese Ansicht gewählt."
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} und {names[-1]}"
