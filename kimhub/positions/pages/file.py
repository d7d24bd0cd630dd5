"""The file (Vorgang) of one request, with its documents and internal notes."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.documents import document_response
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.trying import status_of, try_with
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, page_url, pages
from kimhub.positions.pages.steps import STEPS, view_of
from kimhub.positions.queries import RequestFile, criteria_lines, document_of_a_request, request_file
from kimhub.positions.schemas import InternalNoteSchema
from kimhub.positions.usecases.add_internal_note import AddInternalNote, add_internal_note
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Permission, db
from tenants.naming import accusative
from tenants.proceedings import timeline


@pages.get("/<uuid:request_id>")
@requires(Permission.REQUEST_READ)
def show(request_id: UUID) -> str:
    """Show the file of one request."""
    return _file_page(request_file(db.session(), request_id), blank(InternalNoteSchema()))


@pages.post("/<uuid:request_id>/notizen")
@requires(Permission.REQUEST_WRITE, Permission.REQUEST_DECIDE)
def add_note(request_id: UUID) -> ResponseReturnValue:
    """Keep an internal note."""
    actor = current_actor()
    form = bind(InternalNoteSchema(), request.form)
    if form.valid:
        command = AddInternalNote(request_id=request_id, text=form.data["text"])
        if try_with(form, lambda: add_internal_note(actor, command)) is not None:
            flash("Die interne Notiz ist gespeichert.", "success")
            return redirect(page_url("show", request_id=request_id, _anchor="verlauf"), code=303)
    return _file_page(request_file(db.session(), request_id), form), status_of(form)


def _file_page(file: RequestFile, note_form: Form) -> str:
    actor, session = current_actor(), db.session()
    editable = presenting.is_editable(file, actor) and actor.may(Permission.REQUEST_WRITE)
    return render_template(
        "positions/show.html",
        crumbs=crumbs(file.request.function),
        file=file,
        state=presenting.state_badge(file.state),
        waiting_for=presenting.waiting_for(file, actor),
        steps=STEPS.buttons(view_of(file), actor),
        delete_url=page_url("delete", request_id=file.request.id)
        if editable and file.state is State.DRAFT
        else None,
        edit_url=page_url("edit", request_id=file.request.id) if editable else None,
        visible_to=presenting.visible_to(file),
        contact=presenting.contact(file, actor, session),
        question_open=editable and file.state is State.QUESTION,
        facts=presenting.facts(file),
        criteria=presenting.criteria(file, criteria_lines(session, file.request), editable=editable),
        entries=presenting.timeline(file, timeline(session, WORKFLOW, file.proceeding), actor),
        names=presenting.spoken_names(file),
        own_name=accusative(actor.tenant_name),
        form=note_form,
        may_note=actor.may(Permission.REQUEST_WRITE) or actor.may(Permission.REQUEST_DECIDE),
        note_url=page_url("add_note", request_id=file.request.id),
    )


@pages.get("/dokumente/<uuid:document_id>")
@requires(Permission.REQUEST_READ, keeps_record=True)
def document(document_id: UUID) -> Response:
    """Download a document of a request."""
    session = db.session()
    return document_response(session, current_actor(), document_of_a_request(session, document_id))
