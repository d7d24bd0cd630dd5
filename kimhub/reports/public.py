"""What other features may use of reports: the types, the frame, writing a report to a directory, letters as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kimhub.reports.assembly import letterhead_of, usual_office
from kimhub.reports.documents import DocumentError, Money, from_json, json_schema, to_json
from kimhub.reports.findings import Finding, Severity
from kimhub.reports.frame import RenderedReport, ReportRefusedError, ReportType, render
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.printable import unprintable
from kimhub.reports.rendering.pdf import typeset
from kimhub.reports.rendering.texts import letter_view, printable
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT

__all__ = [
    "FINANZIERUNGSUEBERSICHT",
    "REPORT_TYPES",
    "Cover",
    "DocumentError",
    "FinanzierungsuebersichtDocument",
    "Finding",
    "Letterhead",
    "Money",
    "RenderedReport",
    "ReportRefusedError",
    "ReportType",
    "Severity",
    "from_json",
    "json_schema",
    "letter_view",
    "letterhead_of",
    "printable",
    "render",
    "save",
    "to_json",
    "typeset",
    "unprintable",
    "usual_office",
]

REPORT_TYPES: dict[str, ReportType[Any]] = {FINANZIERUNGSUEBERSICHT.code: FINANZIERUNGSUEBERSICHT}
"""All report types by their code."""


def save(report: RenderedReport, directory: Path, stem: str) -> tuple[Path, ...]:
    """Write JSON, PDF, XLSX and charts as ``stem.json``, … into `directory` (made if missing); return their paths."""
    directory.mkdir(parents=True, exist_ok=True)
    contents = {
        "json": report.json,
        "pdf": report.pdf,
        "xlsx": report.xlsx,
        **{f"{name}.svg": svg for name, svg in report.charts.items()},
    }
    paths = []
    for suffix, content in contents.items():
        path = directory / f"{stem}.{suffix}"
        path.write_bytes(content)
        paths.append(path)
    return tuple(paths)
