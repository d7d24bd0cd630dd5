"""Ordered reports and their files. A report that is built never changes again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents.limits import MAX_NAME_LENGTH
from kimhub.reports.findings import Finding, Severity
from tenants import Base, Own, TenantOwned
from tenants.models import one_of

REPORT_CODES = ("finanzierungsuebersicht",)
"""The report types there are; written out, because what a table admits must not depend on what draws it."""


class ReportState(StrEnum):
    """How far a report is. `BUILDING` is never stored: only the report's job knows that it is being worked on."""

    ORDERED = "ordered"
    BUILDING = "building"
    BUILT = "built"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """Return how pages and terminal name the state."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    ReportState.ORDERED: "in Auftrag",
    ReportState.BUILDING: "wird erstellt",
    ReportState.BUILT: "fertig",
    ReportState.FAILED: "nicht erstellt",
}

STORED_STATES = tuple(str(state) for state in ReportState if state is not ReportState.BUILDING)


class FileFormat(StrEnum):
    """The forms of a report: the figures for machines, the sheet for people, the table to go on with."""

    JSON = "json"
    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def label(self) -> str:
        """Return how people call the format."""
        return _FORMATS[self][0]

    @property
    def media_type(self) -> str:
        """Return the media type (RFC 6838)."""
        return _FORMATS[self][1]


_FORMATS = {
    FileFormat.JSON: ("JSON", "application/json"),
    FileFormat.PDF: ("PDF", "application/pdf"),
    FileFormat.XLSX: ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class Report(TenantOwned, Base):
    """A report that was ordered: of what, with which particulars, and what became of it.

    `sha256` is that of its JSON, from which everything else was drawn; the foreign key ``fk_report_frozen`` lets a
    built report stand only beside a JSON file of that hash. Nothing of it changes once it is built or refused.
    """

    __tablename__ = "report"
    __isolation__ = Own(
        updatable=("state", "plan_version", "sha256", "findings", "finished_at"),
        updatable_while=f"state = '{ReportState.ORDERED}'",
    )
    __table_args__ = (
        CheckConstraint(one_of("type", REPORT_CODES), name="type"),
        CheckConstraint(one_of("state", STORED_STATES), name="state"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(f"(state = '{ReportState.ORDERED}') = (finished_at IS NULL)", name="finished"),
        CheckConstraint(f"(state = '{ReportState.BUILT}') = (sha256 IS NOT NULL)", name="hash"),
        CheckConstraint(
            f"state <> '{ReportState.FAILED}' OR jsonb_array_length(findings) > 0", name="failed_for_a_reason"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "plan_id"],
            ["financing_plan.tenant_id", "financing_plan.id"],
            name="fk_report_plan",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "id", "frozen_as", "sha256"],
            [f"report_file.{column}" for column in ("tenant_id", "report_id", "format", "sha256")],
            name="fk_report_frozen",
            use_alter=True,
        ),
        UniqueConstraint("tenant_id", "job_id"),
        Index("ix_report_own", "tenant_id", "created_at", "id"),
        Index("ix_report_plan", "tenant_id", "plan_id"),
    )

    type: Mapped[str]
    title: Mapped[str]
    plan_id: Mapped[UUID]
    plan_version: Mapped[int]
    """The version of the plan when it was ordered; once built, the one that was read."""
    parameters: Mapped[dict[str, Any]]
    """What was typed for the sheet: see `kimhub.reports.assembly.Particulars`."""
    job_id: Mapped[UUID]
    """No foreign key: finished jobs are cleared away, reports stay."""
    state: Mapped[str] = mapped_column(server_default=ReportState.ORDERED)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    """What the check has found: the reasons of a refusal, or the warnings of a built report."""
    finished_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    frozen_as: Mapped[str | None] = mapped_column(
        Computed(f"CASE WHEN state = '{ReportState.BUILT}' THEN '{FileFormat.JSON}' END", persisted=True)
    )

    def complete(
        self, *, sha256: bytes, plan_version: int, warnings: tuple[Finding, ...], at: datetime
    ) -> None:
        """Say that the files are there; `sha256` is that of the JSON."""
        self.state, self.sha256, self.plan_version = ReportState.BUILT, sha256, plan_version
        self.findings, self.finished_at = stored_findings(warnings), at

    def refuse(self, *, plan_version: int, errors: tuple[Finding, ...], at: datetime) -> None:
        """Say that there will be no files, and why."""
        self.state, self.plan_version = ReportState.FAILED, plan_version
        self.findings, self.finished_at = stored_findings(errors), at


class ReportFile(Base):
    """One file of a report, as little shared as that. Size and hash are the database's, of these bytes."""

    __tablename__ = "report_file"
    __isolation__ = Own(audit_hidden=("content",))
    __table_args__ = (
        CheckConstraint(one_of("format", FileFormat), name="format"),
        CheckConstraint(f"length(filename) BETWEEN 1 AND {MAX_NAME_LENGTH}", name="filename"),
        CheckConstraint("octet_length(content) > 0", name="content"),
        ForeignKeyConstraint(
            ["tenant_id", "report_id"], ["report.tenant_id", "report.id"], name="fk_report_file_report"
        ),
        UniqueConstraint("tenant_id", "report_id", "format", "sha256", name="uq_report_file_content"),
    )
    __more_ddl__ = (
        # PDF and XLSX are compressed already; uncompressed columns cost the server no second attempt.
        "ALTER TABLE report_file ALTER COLUMN content SET STORAGE EXTERNAL",
        (
            "ALTER TABLE report ADD CONSTRAINT fk_report_frozen FOREIGN KEY (tenant_id, id, frozen_as, sha256)"
            " REFERENCES report_file (tenant_id, report_id, format, sha256)"
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)
    filename: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int] = mapped_column(Computed("octet_length(content)", persisted=True))
    """Bytes."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary, Computed("sha256(content)", persisted=True))


def stored_findings(findings: tuple[Finding, ...]) -> list[dict[str, str]]:
    """Return findings as a report keeps them."""
    return [
        {
            "severity": str(finding.severity),
            "code": finding.code,
            "field": finding.field,
            "message": finding.message,
            "cure": finding.cure,
        }
        for finding in findings
    ]


def read_findings(stored: list[dict[str, str]]) -> tuple[Finding, ...]:
    """Return the findings that a report keeps."""
    return tuple(Finding(**{**entry, "severity": Severity(entry["severity"])}) for entry in stored)  # type: ignore[arg-type]  # the other values are words
