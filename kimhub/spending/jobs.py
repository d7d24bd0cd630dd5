"""The jobs of an imported file: its check, and its booking in the transaction that completes the job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.spending.usecases.book_import import book_import
from kimhub.spending.usecases.check_import import check_import
from kimhub.spending.usecases.confirm_import import BOOK
from kimhub.spending.usecases.upload_import import CHECK
from tenants import Actor

_SECONDS = 900.0
"""100,000 rows of XLSX take about a minute on a slow machine."""


@job(CHECK, lane=Lane.LONG, reads_files=True, time_limit=_SECONDS)
def check(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Check the file that the payload names."""
    check_import(actor, UUID(payload["import_id"]), context)


@job(BOOK, lane=Lane.LONG, reads_files=True, time_limit=_SECONDS)
def book(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Book the file that the payload names."""
    book_import(actor, UUID(payload["import_id"]), context)
