"""Addresses of the pages, for the tenant that acts."""

from __future__ import annotations

from uuid import UUID

from flask import url_for

from kimhub.reports.models import FileFormat


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of this feature; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"reports.{endpoint}", **values)  # type: ignore[arg-type]


def file_url(report_id: UUID, file_format: FileFormat) -> str:
    """Return the address from which a file of a report is downloaded."""
    return page_url("download_file", report_id=report_id, file_format=file_format)
