"""Letters as PDF for recipients without access, and entering what they confirm on paper."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kimhub.core.documents import document_response
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import day, moment
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Document, Fact, Progress
from kimhub.funding.allocation_schemas import ConfirmOnPaperSchema
from kimhub.funding.letter_queries import (
    PAPER_CONFIRMATION,
    OnPaper,
    ShownLetters,
    asked_by,
    get_paper_confirmation,
    shown_letters,
)
from kimhub.funding.letters import SUBJECT
from kimhub.funding.models import PaperConfirmation
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_presenting import Stand
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import AllocationFile, allocation_file
from kimhub.funding.usecases.confirm_on_paper import (
    ConfirmOnPaper,
    confirm_on_paper,
    take_back_paper_confirmation,
)
from tenants import Permission, db
from tenants.naming import only

_VERSION = "version"
_GIVEN_UP = (
    "Die Erstellung ist mehrfach abgebrochen. Ist der Speicherplatz Ihrer Kommune aufgebraucht, löschen Sie Dateien in "
    "Entwürfen. Der Betrieb von KIMHub sieht den Auftrag und kann ihn noch einmal beginnen."
)


@pages.get("/weiterleitungen/schreiben/<uuid:letters_id>")
@requires(Permission.FUNDING_READ)
def show_letters(letters_id: UUID) -> str:
    """Show the letters of one click: to whom, about what, and the PDF once it is there."""
    actor, session = current_actor(), db.session()
    shown = shown_letters(session, letters_id)
    file = shown.file
    return render_template(
        "funding/letters.html",
        crumbs=presenting.allocation_crumbs("Schreiben"),
        title=SUBJECT,
        progress=None if shown.document else _progress(shown),
        download_url=page_url("download_letters", letters_id=file.id) if shown.document else None,
        documents=_documents(shown),
        facts=[
            Fact("Erstellt", f"{moment(file.created_at)} ({file.actor_label})"),
            Fact("Schreiben", str(file.letters)),
        ],
        asked=asked_by(session, file),
        url=page_url,
        visible_to=only(actor.tenant_name),
    )


@pages.get("/weiterleitungen/schreiben/<uuid:letters_id>/fortschritt")
@requires(Permission.FUNDING_READ)
def letters_progress(letters_id: UUID) -> str:
    """Answer the page's question how far the letters are: a fragment."""
    return render_template("funding/_progress.html", work=_progress(shown_letters(db.session(), letters_id)))


@pages.get("/weiterleitungen/schreiben/<uuid:letters_id>/pdf")
@requires(Permission.FUNDING_READ)
def download_letters(letters_id: UUID) -> Response:
    """Send the PDF with all letters."""
    session = db.session()
    document = shown_letters(session, letters_id).document
    if document is None:
        raise NotFoundError
    return document_response(session, current_actor(), document)


@pages.route("/weiterleitungen/<uuid:allocation_id>/bestaetigt-auf-papier", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def confirmed_on_paper(allocation_id: UUID) -> ResponseReturnValue:
    """Enter that the recipient has confirmed on paper."""
    file = _own(allocation_id)
    here = page_url("show_allocation", allocation_id=allocation_id)
    consequences = [
        "Sie warten dann auf keine Bestätigung mehr, und „Nachfragen“ lässt diese Weiterleitung aus."
    ]
    if file.allocation.recipient_id is not None:
        consequences.append(
            "Die Empfängerin kann den Erhalt weiterhin in KIMHub bestätigen. Erst dann gibt sie dort Mittel weiter."
        )
    return form_page(
        ConfirmOnPaperSchema(),
        lambda form: confirm_on_paper(
            current_actor(),
            allocation_id,
            ConfirmOnPaper(**form.data, number=typed_version(request.form.get(_VERSION))),
        ),
        heading="Bestätigung auf Papier eintragen",
        crumbs=presenting.allocation_crumbs("Bestätigung eintragen", file=file),
        consequences=consequences,
        hidden={_VERSION: file.allocation.current_version},
        cancel_url=here,
        then=lambda _: here,
        done="Die Bestätigung ist eingetragen.",
    )


@pages.route("/weiterleitungen/bestaetigungen/<uuid:confirmation_id>/zuruecknehmen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def take_back_confirmation(confirmation_id: UUID) -> ResponseReturnValue:
    """Ask, then take back a confirmation that was entered by mistake."""
    found = get_paper_confirmation(db.session(), confirmation_id)
    file = _own(found.allocation_id)
    here = page_url("show_allocation", allocation_id=found.allocation_id)
    return ask_page(
        lambda: take_back_paper_confirmation(current_actor(), confirmation_id),
        about=Seen(PAPER_CONFIRMATION, confirmation_id, found),
        heading="Eintrag zurücknehmen?",
        facts=[_confirmed(found)],
        consequences=["Die Weiterleitung gilt wieder als nicht bestätigt."],
        submit="Zurücknehmen",
        crumbs=presenting.allocation_crumbs("Eintrag zurücknehmen", file=file),
        back_url=here,
        then=lambda _: here,
        done="Der Eintrag ist zurückgenommen.",
    )


def paper_facts(paper: OnPaper, *, may_write: bool) -> list[Fact]:
    """Return what is on record besides KIMHub, for the allocation's page: letters that asked, and the confirmation."""
    links = [
        Markup('<a class="kern-link kern-link--no-visited-state" href="{}">{}</a>').format(
            page_url("show_letters", letters_id=letters_id), day(at)
        )
        for letters_id, at in paper.letters
    ]
    found = [Fact("Nachgefragt mit Schreiben vom", Markup(", ").join(links))] if links else []
    if paper.confirmation is not None:
        taken_back = page_url("take_back_confirmation", confirmation_id=paper.confirmation.id)
        url = taken_back if may_write else None
        found.append(replace(_confirmed(paper.confirmation), change_url=url))
    return found


def _confirmed(entered: PaperConfirmation) -> Fact:
    said = f"{day(entered.confirmed_on)} (eingetragen: {entered.actor_label})"
    return Fact("Auf Papier bestätigt", said)


def _own(allocation_id: UUID) -> AllocationFile:
    file = allocation_file(db.session(), allocation_id)
    if presenting.sides_of(db.session(), file, current_actor()).stand is not Stand.GIVER:
        raise NotFoundError
    return file


def _progress(shown: ShownLetters) -> Progress:
    here = page_url("show_letters", letters_id=shown.file.id)
    return Progress(
        title="Schreiben werden erstellt" if shown.is_open else "Schreiben",
        stage=shown.job.label if shown.job and shown.is_open else "Das PDF liegt zum Herunterladen bereit.",
        url=page_url("letters_progress", letters_id=shown.file.id),
        reload_url=here,
        finished=shown.document is not None,
        failed=shown.was_given_up,
        done=shown.job.done if shown.job else None,
        total=shown.job.total if shown.job else None,
        result_url=here,
        result_label="Schreiben öffnen",
        problem=_GIVEN_UP if shown.was_given_up else None,
    )


def _documents(shown: ShownLetters) -> list[Document]:
    if shown.document is None:
        return []
    return [
        Document(
            shown.document.name,
            page_url("download_letters", letters_id=shown.file.id),
            "PDF, barrierefrei und zur Ablage (PDF/A)",
            shown.document.size,
        )
    ]
