"""The overview in the words and shapes of the pages; its figures lead to what they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import current_app, url_for

from kimhub.core.formats import euro, moment, number
from kimhub.core.web.addresses import open_url
from kimhub.core.web.charts import BarChart, bar_chart
from kimhub.core.web.view import Badge, Column, Tile, Tone
from kimhub.overview.alerts import Alert, AlertKind
from kimhub.overview.collect import Overview
from kimhub.overview.figures import BausteinFigures, Figures, LineFigures, YearFigures, sum_of
from kimhub.overview.recipients import RecipientFigures
from kimhub.programme.public import Baustein, Teilplanzeile

NOTHING = "–"
_ALLOCATIONS = "funding.allocation_list"
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
    granted, received = sum_of(years, "granted"), sum_of(years, "received")
    passed_on = sum_of(years, "passed_on")
    return [
        Tile(
            "Bewilligt und erhalten" if granted and received else "Erhalten" if received else "Bewilligt",
            euro(granted + received), url=_grants_url() if granted else None,
            note=f"davon weitergeleitet {euro(passed_on)}" if passed_on else None,
        ),
        Tile("Ausgegeben", euro(sum_of(years, "spent")), url=_spent_url(shown.year)),
        Tile("Rest", euro(sum_of(years, "remaining")), note="Mittel abzüglich der Ausgaben"),
        Tile(
            "Eigenanteil", euro(sum_of(years, "eigenanteil")), note="voraussichtlich bis zum Jahresende",
            unverified=shown.unverified,
        ),
    ]  # fmt: skip


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


_ALWAYS = frozenset({"spent", "remaining", "forecast", "eigenanteil"})
_COLUMNS = {
    "granted": "Bewilligt",
    "received": "Erhalten",
    "drawn": "Abgerufen",
    "passed_on": "Weitergeleitet",
    "planned": "Geplant",
    "spent": "Ausgegeben",
    "remaining": "Rest",
    "forecast": "Prognose",
    "eigenanteil": "Eigenanteil",
}
"""Figure to its heading, in order; those that no year has are left out, unless they always matter."""


def tables(shown: Overview) -> list[Table]:
    """Return one table per year that has figures."""
    names = [name for name in _COLUMNS if name in _ALWAYS or any(getattr(year, name) for year in shown.years)]
    return [_table(year, names, _plan_url(shown)) for year in shown.years if year.bausteine]


def _table(year: YearFigures, names: Sequence[str], plan_url: str | None) -> Table:
    rows: list[Row] = []

    def add(kind: str, label: str, note: str, of: Figures, **urls: str | None) -> None:
        cells = []
        for name in names:
            amount = getattr(of, name, None)
            url = plan_url if name == "planned" else urls.get(name)
            cells.append(Cell(NOTHING) if amount is None else Cell(_amount(amount), url if amount else None))
        rows.append(Row(kind, label, note, tuple(cells)))

    for part in year.bausteine:
        add(
            "subtotal", part.label, "", part,
            granted=_grants_url(), drawn=open_url("mittelabruf.listing"), received=_allocations_url("erhalten"),
            passed_on=_allocations_url("gegeben"),
            spent=_spent_url(year.year, part.baustein) if part.baustein else None,
        )  # fmt: skip
        for line in part.lines:
            add(
                "line", f"{line.teilplanzeile.value} {line.teilplanzeile.label}", _note(line), line,
                spent=_spent_url(year.year, part.baustein, line.teilplanzeile),
            )  # fmt: skip
    add("total", f"Haushaltsjahr {year.year}", "", year, spent=_spent_url(year.year))
    columns = (
        Column("Baustein und Teilplanzeile"),
        *(Column(_COLUMNS[name], numeric=True) for name in names),
    )
    return Table(year.year, columns, tuple(rows))


def _amount(amount: Decimal) -> str:
    """Return an amount without the sign, which the heading of the table has."""
    return number(amount, places=2)


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
        tuple(_amount(amount) if amount else NOTHING for amount in amounts)
        if row.kind is None
        else (NOTHING,) * len(amounts)
    )
    return (_amount(row.allocated), *answers)


def recipient_note(row: RecipientFigures) -> str:
    """Return what stands below the name of a recipient: what it is, and what it said of its spending."""
    if row.spent is None or row.spent_as_of is None:
        return row.kind_label
    return (
        f"{row.kind_label} · ausgegeben laut Zwischenstand vom {moment(row.spent_as_of)}: {euro(row.spent)}"
    )


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


def _grants_url() -> str | None:
    return open_url("funding.grant_list")


def _allocations_url(which: str) -> str | None:
    """Return the address of the allocations that were given (``gegeben``) or received (``erhalten``)."""
    if _ALLOCATIONS not in current_app.view_functions:
        return None
    return url_for(_ALLOCATIONS, liste=which)


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
