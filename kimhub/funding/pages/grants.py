"""The list of Zuwendungen."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import RowMapping

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, make_page
from kimhub.core.web.view import Badge, Column, Crumb, Tone
from kimhub.funding.models import GrantKind
from kimhub.funding.pages.blueprint import crumbs, page_url, pages
from kimhub.funding.queries import LIST_KEY, list_grants
from tenants import Permission, db

COLUMNS = (
    Column("Zuwendung"), Column("Bewilligungszeitraum"), Column("Art"), Column("Stand"),
    Column("Bewilligt", numeric=True),
)  # fmt: skip
_DRAFT, _IN_FORCE = Badge("Entwurf"), Badge("erfasst", Tone.SUCCESS)


@pages.get("/zuwendungen")
@requires(Permission.FUNDING_READ)
def grant_list() -> str:
    """List the tenant's grants, the latest first."""
    actor, path = current_actor(), page_url("grant_list")
    try:
        asked = PageRequest.from_args(request.args, LIST_KEY)
    except CursorError:  # an address of old: begin at the beginning
        asked = PageRequest()
    return render_template(
        "funding/grants.html",
        crumbs=crumbs(Crumb("Zuwendungen")),
        page=make_page(
            list_grants(db.session(), actor.tenant_id, asked),
            asked,
            key=lambda row: (row["created_at"], row["id"]),
            path=path,
            args=request.args,
        ),
        columns=COLUMNS,
        badge=_badge,
        kind=lambda row: GrantKind(row["kind"]).label,
        may_write=actor.may(Permission.FUNDING_WRITE),
        url=page_url,
    )


def _badge(row: RowMapping) -> Badge:
    return _IN_FORCE if row["current_version"] else _DRAFT
