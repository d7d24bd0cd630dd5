"""Deleting a draft: asked once more, because it cannot be undone."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.editing import VERSION
from kimhub.positions.models import RequestFixedError
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, pages
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import REQUEST, request_file
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.loading import require_side
from tenants import Permission, db
from tenants.proceedings import Side


@pages.get("/<uuid:request_id>/loeschen")
@requires(Permission.REQUEST_WRITE)
def ask_delete(request_id: UUID) -> ResponseReturnValue:
    """Show what would be deleted."""
    file = request_file(db.session(), request_id)
    require_side(file.proceeding, current_actor(), Side.INITIATOR)
    if file.request.released_at is not None:
        raise RequestFixedError
    return render_template(
        "positions/delete.html",
        crumbs=crumbs("Entwurf löschen", file=file),
        facts=presenting.facts(file),
        action=page_url("delete", request_id=request_id),
        fields={VERSION: REQUEST.mark(file)},
        back_url=page_url("show", request_id=request_id),
    )


@pages.post("/<uuid:request_id>/loeschen")
@requires(Permission.REQUEST_WRITE)
def delete(request_id: UUID) -> ResponseReturnValue:
    """Delete the draft."""
    REQUEST.seen(request_id, request.form.get(VERSION))
    delete_draft(current_actor(), request_id)
    flash("Der Entwurf ist gelöscht.", "success")
    return redirect(page_url("listing"), code=303)
