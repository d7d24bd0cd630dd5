"""What all pages of the ledger share: their blueprint, addresses, breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, current_app, url_for

from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb

__all__ = ["allocation_url", "crumbs", "page_url", "pages", "status_of", "try_with"]

pages = Blueprint("funding", "kimhub.funding", url_prefix="/t/<slug>/mittel", template_folder="templates")


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of the ledger; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"funding.{endpoint}", **values)  # type: ignore[arg-type]


def allocation_url(allocation_id: UUID) -> str | None:
    """Return the address of an allocation's page."""
    if "funding.show_allocation" not in current_app.view_functions:
        return None
    return page_url("show_allocation", allocation_id=allocation_id)


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`."""
    return [Crumb("Heute", url_for("desk.today")), *below]
