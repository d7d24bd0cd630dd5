"""Reading files in: upload, progress, findings, check page, result."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.documents import (
    DocumentRefusedError,
    UploadedFile,
    document_of,
    document_response,
    download,
)
from kimhub.core.errors import ConflictError, NotFoundError
from kimhub.core.exports import CSV_TYPE, XLSX_TYPE
from kimhub.core.formats import number
from kimhub.core.routing import current_actor, requires
from kimhub.core.tables.given_up import given_up
from kimhub.core.tables.uploads import MAX_TABLE_SIZE
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import EURO, MOMENT, NUMBER, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Column, Crumb, Empty
from kimhub.spending.imports.queries import (
    FINDINGS,
    IMPORT,
    IMPORTS,
    booked_before,
    get_import,
    show_import,
)
from kimhub.spending.imports.template import csv_template, xlsx_template
from kimhub.spending.models import ImportState
from kimhub.spending.pages import import_presenting as presenting
from kimhub.spending.pages.blueprint import crumbs, page_url, pages, status_of
from kimhub.spending.reference_queries import known_references
from kimhub.spending.schemas import ImportFileSchema
from kimhub.spending.usecases.confirm_import import confirm_import, discard_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Permission, db
from tenants.naming import only

SUM_COLUMNS = (
    Column("Haushaltsjahr"), Column("Baustein"), Column("Buchungen", numeric=True), Column("Summe", numeric=True),
)  # fmt: skip


FILES = ListPage(
    IMPORTS,
    caption="Eingelesene Dateien",
    columns=(
        ListColumn(
            "Datei", "filename", url=Address("spending.show_import_file", import_id="id"), sort="filename"
        ),
        ListColumn("Eingelesen", "created_at", MOMENT, sort="created"),
        ListColumn("Von", "actor_label", WORD),
        ListColumn("Buchungen", "rows", NUMBER),
        ListColumn("Summe", "amount", EURO),
        ListColumn("Stand", "state", badges(lambda state: presenting.badge(ImportState(state)))),
    ),
    one="Datei",
    many="Dateien",
    empty=Empty(
        "Noch keine Datei", "Hier stehen die Dateien Ihres Finanzverfahrens, die Ihre Kommune eingelesen hat."
    ),
)
FINDINGS_LIST = ListPage(
    FINDINGS,
    caption="Auffälligkeiten",
    columns=(
        ListColumn("Zeile", lambda row: number(row["row_number"]) if row["row_number"] else "Datei"),
        ListColumn("Spalte", "heading"),
        ListColumn(
            "Was auffällt", lambda row: f"{'Hinweis: ' if row['severity'] == 'hint' else ''}{row['message']}"
        ),
        ListColumn("Was Sie tun können", "cure"),
    ),
    one="Auffälligkeit",
    many="Auffälligkeiten",
    empty=Empty("Keine Auffälligkeiten", "Die Prüfung hat nichts gefunden."),
    table_id="auffaelligkeiten",
)


@pages.get("/dateien")
@requires(Permission.EXPENDITURE_READ)
def import_files() -> str:
    """List the files that were read in."""
    may_write = current_actor().may(Permission.EXPENDITURE_WRITE)
    return FILES.page(
        "Eingelesene Dateien",
        crumbs=crumbs(Crumb("Eingelesene Dateien")),
        intro="Jede Datei wird zuerst geprüft. Gebucht wird sie, wenn jemand das Ergebnis gesehen und bestätigt hat.",
        actions=[Action("Datei einlesen", page_url("new_import"))] if may_write else [],
    )


@pages.route("/dateien/neu", methods=["GET", "POST"])
@requires(Permission.EXPENDITURE_WRITE)
def new_import() -> ResponseReturnValue:
    """Ask for a file and keep it; what cannot be a table is refused at once, the rest is found by the check."""
    session, actor = db.session(), current_actor()
    schema = ImportFileSchema()
    form = bind(schema, request.form, request.files) if request.method == "POST" else blank(schema)
    if form.valid:
        sent = form.data["file"]
        try:
            with attempt(session):
                file = UploadedFile.read(sent.filename, sent.stream, MAX_TABLE_SIZE)
                taken = upload_import(actor, file)
        except DocumentRefusedError as refused:
            form["file"].errors.append(refused.detail)
        else:
            return redirect(page_url("show_import_file", import_id=taken.id), 303)
    page = render_template(
        "spending/upload.html",
        crumbs=crumbs(Crumb("Datei einlesen")),
        form=form,
        action=page_url("new_import"),
        cancel_url=page_url("listing"),
        templates=[
            (label, page_url("import_template", table_format=ending))
            for label, ending in (("Vorlage für Excel", "xlsx"), ("Vorlage als CSV", "csv"))
        ],
    )
    return page, status_of(form)


@pages.get("/vorlage.<table_format>")
@requires(Permission.EXPENDITURE_READ)
def import_template(table_format: str) -> Response:
    """Send the file to fill in, with the tenant's own codes."""
    if table_format == "csv":
        content, media_type = csv_template(), CSV_TYPE
    elif table_format == "xlsx":
        references = known_references(db.session(), current_actor())
        content, media_type = xlsx_template(references), XLSX_TYPE
    else:
        raise NotFoundError
    return download(content, name=f"Vorlage Ausgaben.{table_format}", media_type=media_type)


@pages.get("/dateien/<uuid:import_id>")
@requires(Permission.EXPENDITURE_READ)
def show_import_file(import_id: UUID) -> str:
    """Show how far a file is, what its check has found, and what would be booked."""
    actor, session = current_actor(), db.session()
    shown = show_import(session, import_id)
    taken = shown.taken
    before = booked_before(session, taken) if shown.state is not ImportState.BOOKED else None
    may_write = actor.may(Permission.EXPENDITURE_WRITE)
    return render_template(
        "spending/file.html",
        crumbs=crumbs(Crumb("Eingelesene Dateien", page_url("import_files")), Crumb(taken.filename)),
        taken=taken,
        state=None if shown.is_open else presenting.badge(shown.state),
        progress=presenting.progress(shown) if shown.is_open else None,
        given_up=given_up(shown.job) if shown.was_given_up else None,
        ready=shown.state is ImportState.READY,
        faulty=shown.state is ImportState.FAULTY,
        booked=shown.state is ImportState.BOOKED,
        may_decide=may_write,
        facts=presenting.facts(taken),
        checksum=taken.sha256.hex(),
        sums=presenting.sums(taken),
        sum_columns=SUM_COLUMNS,
        sum_footer=presenting.sum_footer(taken),
        findings=FINDINGS_LIST.shown(arguments={"import_id": import_id}),
        more_findings=max(0, taken.errors + taken.hints - presenting.MOST_LISTED),
        before=before,
        consequences=presenting.consequences(taken),
        documents=presenting.documents(
            taken, document_of(session, taken.document_id), _annotated_size(taken.annotated_id)
        ),
        visible_to=only(actor.tenant_name),
    )


def _annotated_size(annotated_id: UUID | None) -> int | None:
    return document_of(db.session(), annotated_id).size if annotated_id else None


@pages.get("/dateien/<uuid:import_id>/fortschritt")
@requires(Permission.EXPENDITURE_READ)
def import_progress(import_id: UUID) -> str:
    """Answer the page's question how far the file is: a fragment."""
    shown = show_import(db.session(), import_id)
    return render_template("spending/_progress.html", work=presenting.progress(shown))


@pages.post("/dateien/<uuid:import_id>/buchen")
@requires(Permission.EXPENDITURE_WRITE)
def book_file(import_id: UUID) -> ResponseReturnValue:
    """Have a checked file booked."""
    session = db.session()
    try:
        with attempt(session):
            confirm_import(current_actor(), import_id)
    except ConflictError as moved:
        flash(moved.detail, "warning")
    return redirect(page_url("show_import_file", import_id=import_id), 303)


@pages.route("/dateien/<uuid:import_id>/verwerfen", methods=["GET", "POST"])
@requires(Permission.EXPENDITURE_WRITE)
def discard_file(import_id: UUID) -> ResponseReturnValue:
    """Ask, then drop a checked file."""
    session = db.session()
    shown, here = show_import(session, import_id), page_url("show_import_file", import_id=import_id)
    return ask_page(
        lambda: discard_import(current_actor(), import_id),
        about=Seen(IMPORT, import_id, shown),
        heading="Datei verwerfen?",
        facts=presenting.facts(shown.taken),
        consequences=[
            "Aus der Datei wird nichts gebucht.",
            "Sie bleibt unter „Eingelesene Dateien“ lesbar. Wollen Sie sie doch buchen, lesen Sie sie noch einmal ein.",
        ],
        submit="Datei verwerfen",
        crumbs=crumbs(
            Crumb("Eingelesene Dateien", page_url("import_files")),
            Crumb(shown.taken.filename, here),
            Crumb("Verwerfen"),
        ),
        back_url=here,
        back="Zurück zur Datei",
        then=lambda _: page_url("import_files"),
        done="Die Datei ist verworfen. Es wurde nichts gebucht.",
    )


@pages.get("/dateien/<uuid:import_id>/datei")
@requires(Permission.EXPENDITURE_READ, keeps_record=True)
def download_original(import_id: UUID) -> Response:
    """Send the file as it was uploaded."""
    session = db.session()
    document = document_of(session, get_import(session, import_id).document_id)
    return document_response(session, current_actor(), document)


@pages.get("/dateien/<uuid:import_id>/geprueft")
@requires(Permission.EXPENDITURE_READ, keeps_record=True)
def download_annotated(import_id: UUID) -> Response:
    """Send the copy that says row by row what was found."""
    session = db.session()
    annotated_id = get_import(session, import_id).annotated_id
    if annotated_id is None:
        raise NotFoundError
    return document_response(session, current_actor(), document_of(session, annotated_id))
