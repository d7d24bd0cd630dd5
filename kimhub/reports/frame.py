"""The frame of every report: a frozen document is checked, written as JSON, and drawn as PDF and workbook from it.

collect → document → check → JSON → PDF, XLSX, charts. Collecting is the feature's; everything from the document on is
pure: no database, no clock, no network. The same document gives the same bytes on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kimhub.reports.documents import to_json
from kimhub.reports.findings import Finding, errors_of
from tenants.errors import KimhubError

D = TypeVar("D")
_D_contra = TypeVar("_D_contra", contravariant=True)


class Check(Protocol[_D_contra]):
    """Look at a document and say what is wrong with it, errors and warnings alike, in a stable order."""

    def __call__(self, document: _D_contra, /) -> tuple[Finding, ...]: ...  # noqa: D102 - the class says it


class DrawCharts(Protocol[_D_contra]):
    """Return the charts of a document as SVG by name."""

    def __call__(self, document: _D_contra, /) -> dict[str, str]: ...  # noqa: D102 - the class says it


class DrawPdf(Protocol[_D_contra]):
    """Return the PDF of a document from its JSON (attached) and its charts."""

    def __call__(self, document: _D_contra, json: bytes, charts: dict[str, str], /) -> bytes: ...  # noqa: D102


class DrawWorkbook(Protocol[_D_contra]):
    """Return the workbook (XLSX) of a document; `json_sha256` is written into it."""

    def __call__(self, document: _D_contra, json_sha256: str, /) -> bytes: ...  # noqa: D102 - the class says it


@dataclass(frozen=True)
class ReportType(Generic[D]):
    """What one kind of report is: its `code` (ASCII, also the file name), German title, document, check, drawings."""

    code: str
    title: str
    document_type: type[D]
    check: Check[D]
    charts: DrawCharts[D]
    pdf: DrawPdf[D]
    workbook: DrawWorkbook[D]


@dataclass(frozen=True)
class RenderedReport:
    """The files of a report, the SHA-256 of each by file name suffix (``json``, ``pdf``, ``xlsx``), and its warnings.

    `charts` holds SVG by name, for the portal.
    """

    json: bytes
    pdf: bytes
    xlsx: bytes
    charts: dict[str, bytes]
    sha256: dict[str, str]
    warnings: tuple[Finding, ...]


class ReportRefusedError(KimhubError):
    """A document with error findings is not drawn; `findings` are those errors, each with its field and cure."""

    status = 422
    code = "report-refused"
    title = "Der Bericht kann so nicht erstellt werden"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        fields: dict[str, list[str]] = {}
        for finding in findings:
            fields.setdefault(finding.field, []).append(f"{finding.message} {finding.cure}")
        detail = " ".join(dict.fromkeys(message for messages in fields.values() for message in messages))
        super().__init__(detail, fields=fields)


Progress = Callable[[str, int, int], None]
"""Called before each stage with its German name, its number from 0, and how many there are."""

_STAGES = ("Angaben prüfen", "Diagramme zeichnen", "PDF setzen", "Tabelle schreiben")


def render(report_type: ReportType[D], document: D, progress: Progress | None = None) -> RenderedReport:
    """Check the document and return all its files.

    Raises :class:`ReportRefusedError` when the check finds an error, and
    :class:`kimhub.reports.documents.DocumentError` when a value does not fit the document's type.
    """

    def stage(number: int) -> None:
        if progress is not None:
            progress(_STAGES[number], number, len(_STAGES))

    stage(0)
    findings = report_type.check(document)
    if errors := errors_of(findings):
        raise ReportRefusedError(errors)
    content = to_json(document)
    content_sha256 = sha256(content)
    stage(1)
    charts = report_type.charts(document)
    stage(2)
    pdf = report_type.pdf(document, content, charts)
    stage(3)
    workbook = report_type.workbook(document, content_sha256)
    return RenderedReport(
        json=content,
        pdf=pdf,
        xlsx=workbook,
        charts={name: svg.encode() for name, svg in charts.items()},
        sha256={"json": content_sha256, "pdf": sha256(pdf), "xlsx": sha256(workbook)},
        warnings=findings,
    )


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content`, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
