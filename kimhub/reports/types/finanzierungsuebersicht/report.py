"""The Finanzierungsübersicht as a report type: its document, its check and its drawings put together."""

from __future__ import annotations

from pathlib import Path

from kimhub.reports.frame import ReportType, sha256
from kimhub.reports.rendering.pdf import Attachment, typeset
from kimhub.reports.types.finanzierungsuebersicht.chart import cost_split
from kimhub.reports.types.finanzierungsuebersicht.checks import check
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.view import TITLE, view_of
from kimhub.reports.types.finanzierungsuebersicht.workbook import workbook

CODE = "finanzierungsuebersicht"
CHART = "kostenaufteilung"


def _charts(document: FinanzierungsuebersichtDocument) -> dict[str, str]:
    return {CHART: cost_split(document)}


def _pdf(document: FinanzierungsuebersichtDocument, json: bytes, charts: dict[str, str]) -> bytes:
    return typeset(
        Path(__file__).with_name("template.typ"),
        view_of(document, sha256(json)),
        charts=charts,
        attachment=Attachment(f"{CODE}.json", json, f"{TITLE} als maschinenlesbare Daten"),
        moment=document.cover.as_of,
    )


FINANZIERUNGSUEBERSICHT = ReportType(
    code=CODE,
    title=TITLE,
    document_type=FinanzierungsuebersichtDocument,
    check=check,
    charts=_charts,
    pdf=_pdf,
    workbook=workbook,
)
