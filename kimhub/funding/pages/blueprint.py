"""What all pages of the ledger share: their blueprint, addresses, breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb
from tenants import COMMUNES

__all__ = ["crumbs", "page_url", "pages", "status_of", "try_with"]

pages = Blueprint("funding", "kimhub.funding", url_prefix="/t/<slug>/mittel", template_folder="templates")
reserve(pages, COMMUNES)


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of the ledger; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"funding.{endpoint}", **values)  # type: ignore[arg-type]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`."""
    return [Crumb("Heute", url_for("desk.today")), *below]
