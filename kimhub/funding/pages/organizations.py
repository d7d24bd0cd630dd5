"""The address book: whom the tenant passes money on to, besides other tenants."""

from __future__ import annotations

from flask import render_template, request

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, make_page
from kimhub.core.web.view import Column, Crumb
from kimhub.funding.models import OrganizationKind
from kimhub.funding.pages.blueprint import crumbs, page_url, pages
from kimhub.funding.queries import ORGANIZATION_KEY, list_organizations
from tenants import Permission, db

COLUMNS = (Column("Name"), Column("Art"), Column("Ansprechstelle"))


@pages.get("/adressbuch")
@requires(Permission.FUNDING_READ)
def organization_list() -> str:
    """List the address book by name."""
    actor, path = current_actor(), page_url("organization_list")
    try:
        asked = PageRequest.from_args(request.args, ORGANIZATION_KEY)
    except CursorError:  # an address of old: begin at the beginning
        asked = PageRequest()
    return render_template(
        "funding/organizations.html",
        crumbs=crumbs(Crumb("Adressbuch")),
        page=make_page(
            list_organizations(db.session(), actor.tenant_id, asked),
            asked,
            key=lambda row: (row["sort_key"], row["id"]),
            path=path,
            args=request.args,
        ),
        columns=COLUMNS,
        kind=lambda row: OrganizationKind(row["kind"]).label,
    )
