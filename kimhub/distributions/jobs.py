"""The job that reads a table of key figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from kimhub.distributions.usecases.read_key_figures import READ, read_key_figures
from tenants import Actor


@job(READ, lane=Lane.LONG, reads_files=True)
def read(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:
    """Read the table that the payload names."""
    read_key_figures(actor, UUID(payload["file_id"]), context)
