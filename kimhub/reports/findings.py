"""Findings: what the check of a report says before anything is drawn or submitted (ADR 10)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a report from being built; a warning is shown and may stand."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One finding: a stable ASCII `code`, the `field` of the document, the `message` and the `cure` in German."""

    severity: Severity
    code: str
    field: str
    message: str
    cure: str


def error(code: str, field: str, message: str, cure: str) -> Finding:
    """Return a finding that keeps the report from being built."""
    return Finding(Severity.ERROR, code, field, message, cure)


def warning(code: str, field: str, message: str, cure: str) -> Finding:
    """Return a finding that is shown and may stand."""
    return Finding(Severity.WARNING, code, field, message, cure)


def errors_of(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that keep a report from being built."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
