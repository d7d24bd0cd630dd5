"""The forms of a request: what is asked for, each of the three criteria, and the question before it is deleted."""

from __future__ import annotations

from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core.documents import UploadedFile
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.positions.bodies import ASKING
from kimhub.positions.criteria import Criterion, missing_of
from kimhub.positions.models import RequestFixedError
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, page_url, pages
from kimhub.positions.queries import REQUEST, CriterionLine, RequestFile, criteria_lines, request_file
from kimhub.positions.schemas import CriterionSchema, RequestSchema
from kimhub.positions.usecases.create_request import CreateRequest, RequestDetails, create_request
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.loading import require_side
from kimhub.positions.usecases.set_criterion import SetCriterion, set_criterion
from kimhub.positions.usecases.update_request import UpdateRequest, update_request
from kimhub.positions.workflow import EDITABLE
from tenants import Permission, Tenant, db
from tenants.proceedings import Side


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE, bodies=ASKING)
def new() -> ResponseReturnValue:
    """Begin a request; what the master data say against it stands before the form."""
    actor = current_actor()
    return form_page(
        RequestSchema(),
        lambda form: create_request(actor, CreateRequest(details=_details(form))),
        heading="Zusätzliche Koordinierungsstelle beantragen",
        crumbs=crumbs("Neuer Stellenantrag"),
        cancel_url=page_url("listing"),
        then=lambda created: page_url("show", request_id=created.id),
        done="Der Entwurf ist gespeichert. Prüfen Sie jetzt die drei Voraussetzungen.",
        template="positions/new.html",
        missing=missing_of(db.session().get_one(Tenant, actor.tenant_id)),
    )


@pages.route("/<uuid:request_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def edit(request_id: UUID) -> ResponseReturnValue:
    """Change what is asked for."""
    file = _editable_file(request_id)
    here = page_url("show", request_id=request_id)
    return form_page(
        RequestSchema(),
        lambda form: update_request(
            current_actor(), UpdateRequest(request_id=request_id, details=_details(form))
        ),
        heading="Angaben ändern",
        crumbs=crumbs("Angaben ändern", file=file),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        edits=Edits(REQUEST, request_id, file, _values),
    )


@pages.route("/<uuid:request_id>/voraussetzungen/<criterion>", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def criterion(request_id: UUID, criterion: str) -> ResponseReturnValue:
    """Say whether a criterion is met, and add its evidence."""
    if criterion not in set(Criterion):
        raise NotFoundError
    asked = Criterion(criterion)
    file = _editable_file(request_id)

    def entered(form: Form) -> object:
        upload = form.data["file"]
        command = SetCriterion(
            request_id=request_id,
            criterion=asked,
            met=form.data["met"],
            evidence=form.data["evidence"],
            file=UploadedFile.read(upload.filename, upload.stream) if upload else None,
            remove_document=form.data["remove_document"],
        )
        return set_criterion(current_actor(), command)

    return form_page(
        CriterionSchema(),
        entered,
        heading=asked.question,
        crumbs=crumbs(asked.label, file=file),
        cancel_url=page_url("show", request_id=request_id),
        then=lambda _: page_url("show", request_id=request_id, _anchor="voraussetzungen"),
        done=f"Die Angabe „{asked.label}“ ist gespeichert.",
        edits=Edits(REQUEST, request_id, file, lambda held: _said(held, asked)),
        template="positions/criterion.html",
        criterion=asked,
        document=_line(file, asked).document,
    )


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


def _line(file: RequestFile, asked: Criterion) -> CriterionLine:
    return next(line for line in criteria_lines(db.session(), file.request) if line.criterion is asked)


def _said(file: RequestFile, asked: Criterion) -> dict[str, object]:
    line = _line(file, asked)
    return {"met": line.met, "evidence": line.evidence}


def _editable_file(request_id: UUID) -> RequestFile:
    """Return the request if it may be changed now; a form that could not be saved is not shown."""
    file = request_file(db.session(), request_id)
    require_side(current_actor(), file.proceeding, Side.INITIATOR)
    if file.state not in EDITABLE:
        raise RequestFixedError
    return file


def _details(form: Form) -> RequestDetails:
    return RequestDetails(**form.data)


def _values(file: RequestFile) -> dict[str, object]:
    asked = file.request
    return {
        "function": asked.function, "fte": asked.fte, "starts_on": asked.starts_on,
        "justification": asked.justification,
    }  # fmt: skip
