"""Beginning an application, and the forms of what is applied for, its Gemeinden and its files."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from kimhub.applications.errors import ApplicationFixedError
from kimhub.applications.models import GrantApplication
from kimhub.applications.pages.blueprint import crumbs, page_url, pages
from kimhub.applications.queries import (
    APPLICATION,
    ApplicationFile,
    application_file,
    gemeinden_of,
    get_application,
    get_attachment,
)
from kimhub.applications.schemas import (
    Answer,
    DetailsSchema,
    FileSchema,
    GemeindenSchema,
    details_of,
    involvements_of,
)
from kimhub.applications.usecases.attach_document import attach_document, remove_document
from kimhub.applications.usecases.change_application import (
    change_application,
    put_away_application,
    take_up_application,
)
from kimhub.applications.usecases.create_application import create_application
from kimhub.applications.usecases.involve_gemeinden import involve_gemeinden
from kimhub.core.documents import UploadedFile, document_of, document_response
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page, say
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import get_plan, list_plans
from tenants import Permission, db

MAX_PLANS = 200


def editable(application_id: UUID) -> GrantApplication:
    """Return a draft; a form that could not be saved is not shown."""
    application = get_application(db.session(), application_id)
    if not application.is_draft:
        raise ApplicationFixedError
    return application


def _plans(present: UUID | None = None) -> dict[str, list[Option]]:
    """Return the plans to choose from, also one that was put away if it is chosen already."""
    session = db.session()
    rows = list_plans(session, current_actor(), PageRequest(limit=MAX_PLANS))
    options = {str(row["id"]): Option(str(row["id"]), row["title"]) for row in rows}
    if present is not None:
        options.setdefault(str(present), Option(str(present), get_plan(session, present).title))
    return {"plan_id": list(options.values())}


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new() -> ResponseReturnValue:
    """Begin an application; from a plan, its title and period are filled in."""
    return form_page(
        DetailsSchema(),
        lambda form: create_application(current_actor(), details_of(form.data)),
        heading="Förderantrag beginnen",
        intro="Die Förderskizze folgt Schritt für Schritt. Bis zum Einreichen können Sie alles ändern.",
        submit="Entwurf anlegen",
        crumbs=crumbs("Neuer Förderantrag"),
        cancel_url=page_url("listing"),
        then=lambda created: page_url("show", application_id=created.id),
        done="Der Entwurf ist angelegt. Schreiben Sie jetzt die Förderskizze.",
        initial=_from_plan(),
        options=_plans(request.args.get("plan", type=UUID)),
    )


def _from_plan() -> dict[str, object]:
    """Return the details of the plan that the address names, if it names one of ours."""
    plan_id = request.args.get("plan", type=UUID)
    if plan_id is None:
        return {}
    stored = get_plan(db.session(), plan_id)
    funding = stored.plan.funding
    return {
        "title": stored.title, "starts_on": funding.start, "ends_on": funding.end, "plan_id": stored.id,
    }  # fmt: skip


@pages.route("/<uuid:application_id>/angaben", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def edit(application_id: UUID) -> ResponseReturnValue:
    """Change what is applied for."""
    application = editable(application_id)
    here = page_url("show", application_id=application_id)
    return form_page(
        DetailsSchema(),
        lambda form: change_application(current_actor(), application_id, details_of(form.data)),
        heading="Angaben ändern",
        crumbs=crumbs("Angaben", application=application),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        options=_plans(application.plan_id),
        edits=Edits(APPLICATION, application_id, application_file(db.session(), application_id), _details),
    )


def _details(file: ApplicationFile) -> dict[str, object]:
    application = file.application
    return {
        "title": application.title, "starts_on": application.starts_on, "ends_on": application.ends_on,
        "plan_id": application.plan_id,
    }  # fmt: skip


@pages.route("/<uuid:application_id>/gemeinden", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def gemeinden(application_id: UUID) -> ResponseReturnValue:
    """Say for each Gemeinde whether and how it is involved."""
    application = editable(application_id)
    here = page_url("show", application_id=application_id, _anchor="gemeinden")
    return form_page(
        GemeindenSchema(),
        lambda form: involve_gemeinden(
            current_actor(), application_id, involvements_of(form.data["gemeinden"])
        ),
        heading="Wie sind die Gemeinden eingebunden?",
        crumbs=crumbs("Gemeinden", application=application),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben zu den Gemeinden sind gespeichert.",
        edits=Edits(APPLICATION, application_id, application_file(db.session(), application_id), _involved),
        template="applications/gemeinden.html",
        names={row.ags: row.name for row in gemeinden_of(db.session(), application)},
    )


def _involved(file: ApplicationFile) -> dict[str, object]:
    said = {True: Answer.YES, False: Answer.NO, None: None}
    return {
        "gemeinden": [
            {"ags": row.ags, "involved": said[row.involved], "how": row.how}
            for row in gemeinden_of(db.session(), file.application)
        ]
    }


@pages.route("/<uuid:application_id>/dokumente/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_document(application_id: UUID) -> ResponseReturnValue:
    """Attach a file."""
    application = editable(application_id)
    here = page_url("show", application_id=application_id, _anchor="dokumente")

    def attached(form: Form) -> object:
        upload = form.data["file"]
        file = UploadedFile.read(upload.filename, upload.stream)
        return attach_document(current_actor(), application_id, file)

    return form_page(
        FileSchema(),
        attached,
        heading="Dokument anfügen",
        submit="Anfügen",
        crumbs=crumbs("Dokument anfügen", application=application),
        cancel_url=here,
        then=lambda _: here,
        done="Das Dokument ist angefügt.",
    )


@pages.get("/dokumente/<uuid:attachment_id>")
@requires(Permission.FUNDING_READ, keeps_record=True)
def document(attachment_id: UUID) -> ResponseReturnValue:
    """Download a file of an application."""
    session = db.session()
    attachment = get_attachment(session, attachment_id)
    return document_response(session, current_actor(), document_of(session, attachment.document_id))


@pages.route("/dokumente/<uuid:attachment_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def drop_document(attachment_id: UUID) -> ResponseReturnValue:
    """Ask, then remove a file from a draft."""
    session = db.session()
    attachment = get_attachment(session, attachment_id)
    application = editable(attachment.application_id)
    name = document_of(session, attachment.document_id).name
    here = page_url("show", application_id=application.id, _anchor="dokumente")
    return ask_page(
        lambda: remove_document(current_actor(), attachment_id),
        about=Seen(APPLICATION, application.id, application_file(session, application.id)),
        heading=f"Dokument „{name}“ entfernen?",
        consequences=[
            "Die Datei wird gelöscht. Brauchen Sie sie noch, laden Sie sie vorher herunter.",
            "Name und Prüfsumme hält der Änderungsverlauf fest.",
        ],
        submit="Dokument entfernen",
        crumbs=crumbs("Dokument entfernen", application=application),
        back_url=here,
        back="Zurück zum Antrag",
        then=lambda _: here,
        done=f"Das Dokument „{name}“ ist entfernt.",
    )


@pages.post("/<uuid:application_id>/ablegen")
@requires(Permission.FUNDING_WRITE)
def put_away(application_id: UUID) -> ResponseReturnValue:
    """Take a draft out of the list."""
    application = put_away_application(current_actor(), application_id)
    say(
        f"Der Entwurf „{application.title}“ ist abgelegt. Sie finden ihn in der Liste unter „Abgelegte Förderanträge“.",
        undo_url=page_url("take_up", application_id=application_id),
    )
    return redirect(page_url("listing"), 303)


@pages.post("/<uuid:application_id>/wiederaufnehmen")
@requires(Permission.FUNDING_WRITE)
def take_up(application_id: UUID) -> ResponseReturnValue:
    """Put a draft back into the list."""
    application = take_up_application(current_actor(), application_id)
    flash(f"Der Entwurf „{application.title}“ steht wieder in der Liste.", "success")
    return redirect(page_url("show", application_id=application_id), 303)
