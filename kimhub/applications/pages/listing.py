"""The list of applications."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kimhub.applications.pages import presenting
from kimhub.applications.pages.blueprint import crumbs, page_url, pages, tabs
from kimhub.applications.pages.editing import may_apply
from kimhub.applications.queries import APPLICATION_KEY, list_applications
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import PageRequest, make_page
from kimhub.core.web.view import Column, Crumb
from tenants import Permission, db


@pages.get("")
@requires(Permission.FUNDING_READ)
def listing() -> ResponseReturnValue:
    """List the applications of the tenant, the newest first."""
    actor = current_actor()
    asked = PageRequest.from_args(request.args, APPLICATION_KEY)
    page = make_page(
        list_applications(db.session(), actor, asked),
        asked,
        key=lambda row: (row["created_at"], row["id"]),
        path=page_url("listing"),
        args=request.args,
    )
    return render_template(
        "applications/list.html",
        crumbs=[*crumbs()[:-1], Crumb("Förderanträge")],
        tabs=tabs(),
        page=page,
        columns=[Column("Titel"), Column("Bewilligungszeitraum"), Column("Abgesandt"), Column("Stand")],
        badge=presenting.state_badge,
        url=page_url,
        recipient=may_apply(actor),
        may_write=actor.may(Permission.FUNDING_WRITE),
    )
