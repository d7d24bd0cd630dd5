"""What all pages of the application share: blueprint, breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from kimhub.applications.models import GrantApplication
from kimhub.core.routing import reserve
from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb
from tenants import GRANT_RECIPIENTS

__all__ = ["crumbs", "page_url", "pages", "status_of", "try_with"]

pages = Blueprint(
    "applications", "kimhub.applications", url_prefix="/t/<slug>/mittel/antraege", template_folder="templates"
)
reserve(pages, GRANT_RECIPIENTS)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"applications.{endpoint}", **values)


def crumbs(*last: str, application: GrantApplication | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the application if there is one."""
    way = [Crumb("Heute", url_for("desk.today")), Crumb("Förderanträge", page_url("listing"))]
    if application is not None:
        way.append(Crumb(application.title, page_url("show", application_id=application.id)))
    return [*way, *(Crumb(label) for label in last)]
