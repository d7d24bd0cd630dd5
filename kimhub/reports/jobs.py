"""The job that builds a report; its files, its state and the job's own completion are one fenced transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.reports.usecases.build_report import build_report
from kimhub.reports.usecases.request_report import BUILD
from tenants import Actor

_SECONDS = 120.0
"""A Finanzierungsübersicht takes one to three; far beyond that something hangs."""


@job(BUILD, lane=Lane.LONG, time_limit=_SECONDS)
def build(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Build the report that the payload names."""
    build_report(actor, UUID(payload["report_id"]), context)
