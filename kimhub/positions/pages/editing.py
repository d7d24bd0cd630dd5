"""The forms of a request: what is asked for, and each of the three criteria."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.documents import UploadedFile
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.positions.criteria import Criterion
from kimhub.positions.models import RequestFixedError
from kimhub.positions.pages.blueprint import crumbs, pages, status_of, try_with
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import RequestFile, criteria_lines, request_file
from kimhub.positions.schemas import CriterionSchema, RequestSchema
from kimhub.positions.usecases.create_request import (
    CreateRequest,
    NotEligibleError,
    RequestDetails,
    create_request,
)
from kimhub.positions.usecases.loading import require_side
from kimhub.positions.usecases.set_criterion import SetCriterion, set_criterion
from kimhub.positions.usecases.update_request import UpdateRequest, update_request
from kimhub.positions.workflow import EDITABLE
from tenants import Permission, TenantKind, db
from tenants.proceedings import Side


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def new() -> ResponseReturnValue:
    """Begin a request."""
    actor = current_actor()
    if actor.tenant_kind is not TenantKind.GEMEINDE:
        raise NotEligibleError
    form = blank(RequestSchema()) if request.method == "GET" else bind(RequestSchema(), request.form)
    if form.valid:
        created = try_with(form, lambda: create_request(actor, CreateRequest(details=_details(form))))
        if created is not None:
            flash("Der Entwurf ist gespeichert. Prüfen Sie jetzt die drei Voraussetzungen.", "success")
            return redirect(page_url("show", request_id=created.id), code=303)
    page = render_template(
        "positions/form.html",
        crumbs=crumbs("Neuer Antrag"),
        form=form,
        heading="Zusätzliche Koordinierungsstelle beantragen",
        action=page_url("new"),
        cancel_url=page_url("listing"),
    )
    return page, status_of(form)


@pages.route("/<uuid:request_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def edit(request_id: UUID) -> ResponseReturnValue:
    """Change what is asked for."""
    actor = current_actor()
    file = _editable_file(request_id)
    schema = RequestSchema()
    form = blank(schema, _values(file)) if request.method == "GET" else bind(schema, request.form)
    if form.valid:
        command = UpdateRequest(request_id=request_id, details=_details(form))
        if try_with(form, lambda: update_request(actor, command)) is not None:
            flash("Die Angaben sind gespeichert.", "success")
            return redirect(page_url("show", request_id=request_id), code=303)
    page = render_template(
        "positions/form.html",
        crumbs=crumbs("Angaben ändern", file=file),
        form=form,
        heading="Angaben ändern",
        action=page_url("edit", request_id=request_id),
        cancel_url=page_url("show", request_id=request_id),
    )
    return page, status_of(form)


@pages.route("/<uuid:request_id>/voraussetzungen/<criterion>", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def criterion(request_id: UUID, criterion: str) -> ResponseReturnValue:
    """Say whether a criterion is met, and add its evidence."""
    actor, session = current_actor(), db.session()
    if criterion not in set(Criterion):
        raise NotFoundError
    asked = Criterion(criterion)
    file = _editable_file(request_id)
    line = next(line for line in criteria_lines(session, file.request) if line.criterion is asked)
    if request.method == "GET":
        form = blank(CriterionSchema(), {"met": line.met, "evidence": line.evidence})
    else:
        form = bind(CriterionSchema(), request.form, request.files)
    if form.valid:
        upload = form.data["file"]
        command = SetCriterion(
            request_id=request_id,
            criterion=asked,
            met=form.data["met"],
            evidence=form.data["evidence"] or "",
            file=UploadedFile.read(upload.filename, upload.stream) if upload else None,
            remove_document=form.data["remove_document"],
        )
        if try_with(form, lambda: set_criterion(actor, command)) is not None:
            flash(f"Die Angabe „{asked.label}“ ist gespeichert.", "success")
            return redirect(page_url("show", request_id=request_id, _anchor="voraussetzungen"), code=303)
    page = render_template(
        "positions/criterion.html",
        crumbs=crumbs(asked.label, file=file),
        form=form,
        criterion=asked,
        document=line.document,
        action=page_url("criterion", request_id=request_id, criterion=criterion),
        cancel_url=page_url("show", request_id=request_id),
    )
    return page, status_of(form)


def _editable_file(request_id: UUID) -> RequestFile:
    """Return the request if it may be changed now; a form that could not be saved is not shown."""
    file = request_file(db.session(), request_id)
    require_side(file.proceeding, current_actor(), Side.INITIATOR)
    if file.state not in EDITABLE:
        raise RequestFixedError
    return file


def _details(form: Form) -> RequestDetails:
    return RequestDetails(**{**form.data, "justification": form.data["justification"] or ""})


def _values(file: RequestFile) -> dict[str, object]:
    asked = file.request
    return {
        "function": asked.function, "fte": asked.fte, "starts_on": asked.starts_on,
        "justification": asked.justification or None,
    }  # fmt: skip
