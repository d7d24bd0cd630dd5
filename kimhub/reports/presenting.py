"""Reports in words for the pages: states, findings with their place, facts, the table of figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kimhub.core.formats import euro, moment, number, percent
from kimhub.core.web.charts import BarChart, bar_chart
from kimhub.core.web.view import Badge, Document, Fact, Progress, Tile, Tone
from kimhub.reports.assembly import Material, Particulars, scenario_of
from kimhub.reports.findings import Finding
from kimhub.reports.models import FileFormat, ReportState, read_findings
from kimhub.reports.queries import ReportFileFacts, ShownReport
from kimhub.reports.types.finanzierungsuebersicht.document import Amounts, FinanzierungsuebersichtDocument
from kimhub.reports.urls import file_url, page_url
from tenants import Actor, Permission, Tenant, TenantKind, permissions_of, roles_for
from tenants.naming import nominative

TITLES = {"finanzierungsuebersicht": "Finanzierungsübersicht"}
"""The report types in German; what draws them need not be loaded to show a list."""

_TONES = {
    ReportState.ORDERED: Tone.INFO,
    ReportState.BUILDING: Tone.INFO,
    ReportState.BUILT: Tone.SUCCESS,
    ReportState.FAILED: Tone.DANGER,
}
GIVEN_UP = (
    "Die Erstellung ist mehrfach abgebrochen. An Ihren Angaben liegt das nicht. Der Betrieb von KIMHub sieht den "
    "Auftrag und kann ihn noch einmal beginnen; Sie können den Bericht auch neu erstellen."
)

_PLACES = (
    (r"cover\.file_number", "Aktenzeichen"),
    (r"cover\.prepared_by", "Aufgestellt durch"),
    (r"cover\.letterhead\.office", "Bearbeitende Stelle"),
    (r"cover\.letterhead\.address_lines.*", "Anschrift"),
    (r"cover\.letterhead\..*", "Briefkopf"),
    (r"plan_name", "Titel des Plans"),
    (r"scenario", "Bezeichnung des Szenarios"),
    (r"plan\.(?P<field>.+)", "Plan, Feld {field}"),
    (r"plan", "Plan"),
    (r"expenses.*", "Aufwendungen"),
    (r"income.*", "Zuwendung"),
    (r"derivation.*", "Herleitung der Zuwendung"),
    (r"guidelines.*", "Förderrichtlinie"),
    (r"assumptions.*|remarks.*", "Annahmen und Hinweise"),
    (r"eigenanteil.*", "Eigenanteil"),
)


def badge(state: ReportState) -> Badge:
    """Return a state as a badge."""
    return Badge(state.label, _TONES[state])


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as the table shows it."""

    place: str
    message: str
    cure: str


def finding_lines(findings: Iterable[Finding]) -> list[FindingLine]:
    """Return findings with the place in German, each sentence once."""
    lines = (FindingLine(place_of(finding.field), finding.message, finding.cure) for finding in findings)
    return list(dict.fromkeys(lines))


def place_of(field: str) -> str:
    """Return where in the report a finding is, in words."""
    for pattern, words in _PLACES:
        if found := re.fullmatch(pattern, field):
            return words.format(**found.groupdict())
    return "Bericht"


def progress(shown: ShownReport) -> Progress:
    """Return how far the building of a report is."""
    report = shown.report
    own_page = page_url("show_report", report_id=report.id)
    return Progress(
        title=TITLES[report.type],
        stage="Die Dateien liegen zum Herunterladen bereit." if not shown.is_open else shown.stage_label,
        url=page_url("report_progress", report_id=report.id),
        reload_url=own_page,
        finished=shown.state is ReportState.BUILT,
        failed=shown.state is ReportState.FAILED,
        done=shown.done,
        total=shown.total,
        result_url=own_page,
        result_label="Bericht öffnen",
        afterwards="Sie finden den Bericht danach unter „Heute“ und unter „Berichte“.",
        problem=GIVEN_UP if shown.was_given_up else _reasons(shown),
    )


def _reasons(shown: ShownReport) -> str:
    """Return why a report was refused, in sentences; empty while it was not."""
    lines = finding_lines(read_findings(shown.report.findings)) if shown.state is ReportState.FAILED else []
    return " ".join(f"{line.place}: {line.message} {line.cure}" for line in lines)


def facts(shown: ShownReport) -> list[Fact]:
    """Return what is known about a report, built or not."""
    report = shown.report
    given = Particulars.from_json(report.parameters)
    ordered = f"{moment(report.created_at)} ({report.actor_label})"
    entries = [
        Fact("Finanzierungsplan", f"{report.title}, Fassung {report.plan_version}"),
        Fact("Szenario", given.scenario or "Stand des Plans"),
        Fact("Aktenzeichen", given.file_number or "keines"),
        Fact("Bearbeitende Stelle", given.office),
        Fact("Aufgestellt durch", given.prepared_by),
        Fact("In Auftrag gegeben", ordered),
    ]
    if report.finished_at is not None:
        label = "Stand der Daten" if shown.state is ReportState.BUILT else "Geprüft"
        entries.append(Fact(label, moment(report.finished_at)))
    return entries


def checksums(files: Iterable[ReportFileFacts]) -> list[Fact]:
    """Return what tells whether a file is still the same; for whoever checks one, so the page keeps it folded."""
    return [Fact(file.format.label, file.sha256.hex()) for file in files]


def documents(shown: ShownReport, files: Iterable[ReportFileFacts]) -> list[Document]:
    """Return the files of a report as downloads."""
    return [
        Document(
            name=file.filename,
            url=file_url(shown.report.id, file.format),
            kind=_KINDS[file.format],
            size=file.size,
        )
        for file in files
    ]


_KINDS = {
    FileFormat.PDF: "PDF, barrierefrei und zur Ablage (PDF/A)",
    FileFormat.XLSX: "Excel-Tabelle",
    FileFormat.JSON: "Daten für andere Programme (JSON)",
}


def tiles(document: FinanzierungsuebersichtDocument) -> list[Tile]:
    """Return the three figures that matter."""
    share = document.eigenanteil_percent_total
    unverified = not all(item.verified for item in document.income.items)
    return [
        Tile("Gesamtkosten", euro(document.total_cost.total), _span(document.years)),
        Tile("Zuwendung des Landes", euro(document.income.amounts.total), unverified=unverified),
        Tile(
            "Eigenanteil",
            euro(document.eigenanteil.total),
            f"{percent(share)} der Gesamtkosten" if share is not None else None,
        ),
    ]


def _span(years: tuple[int, ...]) -> str:
    return f"{years[0]} bis {years[-1]}" if len(years) > 1 else str(years[0])


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of the table: `kind` is ``line``, ``subtotal`` or ``total``; `cells` are amounts without the euro sign."""

    label: str
    kind: str
    cells: list[str]
    note: str = ""
    unverified: bool = False


def figure_rows(document: FinanzierungsuebersichtDocument) -> Iterator[FigureRow]:
    """Yield the rows of the Finanzierungsübersicht in the order of the sheet."""
    for line in document.expenses:
        for item in line.items:
            yield FigureRow(item.label, "line", _cells(item.amounts), item.note, not item.verified)
        yield FigureRow(f"{line.number} {line.title}", "subtotal", _cells(line.amounts))
    yield FigureRow("Gesamtkosten", "total", _cells(document.total_cost))
    income = document.income
    yield FigureRow(
        f"{income.number} {income.title}",
        "subtotal",
        _cells(income.amounts),
        unverified=not all(item.verified for item in income.items),
    )
    yield FigureRow("Eigenanteil", "total", _cells(document.eigenanteil))
    shares = (*document.eigenanteil_percent, document.eigenanteil_percent_total)
    cells = ["–" if share is None else percent(share) for share in shares]
    yield FigureRow("Eigenanteil an den Gesamtkosten", "line", cells)


def _cells(amounts: Amounts) -> list[str]:
    return [number(value, places=2) if value else "–" for value in (*amounts.by_year, amounts.total)]


def chart(document: FinanzierungsuebersichtDocument) -> BarChart:
    """Return who bears the cost of each year."""
    series: list[tuple[str, list[Decimal | None]]] = [
        ("Zuwendung", list(document.income.amounts.by_year)),
        ("Eigenanteil", list(document.eigenanteil.by_year)),
    ]
    years = [str(year) for year in document.years]
    return bar_chart("Zuwendung und Eigenanteil je Haushaltsjahr", years, series, notation=euro)


def sheet_facts(material: Material, document: FinanzierungsuebersichtDocument) -> list[Fact]:
    """Return what the sheet will say beside the figures, before it is ordered."""
    sender = document.cover.letterhead
    return [
        Fact("Finanzierungsplan", f"{material.plan.title}, {scenario_of(material.plan)}"),
        Fact("Absender", f"{sender.tenant_name} ({sender.tenant_kind})"),
        Fact("Anschrift", ", ".join(sender.address_lines) or "nicht hinterlegt"),
        Fact("Förderrichtlinie", "; ".join(used.title for used in document.guidelines) or "keine angewandt"),
    ]


def visible_to(actor: Actor, tenant: Tenant) -> str:
    """Say who can see a report: its own tenant's people whose role reads reports, nobody else."""
    roles = roles_for(TenantKind(tenant.kind), grant_recipient=tenant.is_grant_recipient)
    readers = sorted(role.label for role in roles if Permission.REPORT_READ in permissions_of([role]))
    return (
        f"Nur {nominative(actor.tenant_name)}, dort die Rollen {', '.join(readers[:-1])} und {readers[-1]}."
    )
