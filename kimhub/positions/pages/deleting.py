"""Deleting a draft: asked once more, because it cannot be undone."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.positions.models import RequestFixedError
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, pages
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import REQUEST, request_file
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.loading import require_side
from tenants import Permission, db
from tenants.proceedings import Side


@pages.route("/<uuid:request_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def delete(request_id: UUID) -> ResponseReturnValue:
    """Show what would be deleted, then delete the draft."""
    file = request_file(db.session(), request_id)
    require_side(current_actor(), file.proceeding, Side.INITIATOR)
    if file.request.released_at is not None:
        raise RequestFixedError
    return ask_page(
        lambda: delete_draft(current_actor(), request_id),
        about=Seen(REQUEST, request_id, file),
        heading="Entwurf löschen?",
        facts=presenting.facts(file),
        consequences=[
            "Der Entwurf wird mit seinen Voraussetzungen und internen Notizen gelöscht.",
            "Das lässt sich nicht rückgängig machen.",
            "Außer Ihrer Verwaltung hat ihn niemand gesehen.",
            "Dass er gelöscht wurde, hält der Änderungsverlauf fest.",
        ],
        submit="Entwurf löschen",
        crumbs=crumbs("Entwurf löschen", file=file),
        back_url=page_url("show", request_id=request_id),
        back="Zurück zum Entwurf",
        then=lambda _: page_url("listing"),
        done="Der Entwurf ist gelöscht.",
    )
