"""Key figures from a table: upload, progress, what is wrong with it."""

from __future__ import annotations

from contextlib import closing
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.documents import DocumentRefusedError, UploadedFile
from kimhub.core.jobs.models import JobState
from kimhub.core.routing import current_actor, requires
from kimhub.core.tables.given_up import given_up
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.view import Crumb, Progress
from kimhub.distributions.key_figure_files import MAX_BYTES
from kimhub.distributions.pages.blueprint import file_crumbs, page_url, pages
from kimhub.distributions.queries import ShownKeyFigures, get_distribution, show_key_figures
from kimhub.distributions.schemas import KeyFigureFileSchema
from kimhub.distributions.usecases.read_key_figures import upload_key_figures
from tenants import Permission, db


@pages.route("/<uuid:distribution_id>/kennzahlen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def key_figures(distribution_id: UUID) -> ResponseReturnValue:
    """Take a table of key figures, which a job reads, and show what has become of the last one."""
    session, actor = db.session(), current_actor()
    stored = get_distribution(session, distribution_id)
    schema = KeyFigureFileSchema()
    form = bind(schema, request.form, request.files) if request.method == "POST" else blank(schema)
    if form.valid:
        try:
            with closing(form.data["file"]) as sent, attempt(session):
                file = UploadedFile.read(sent.filename, sent.stream, MAX_BYTES)
                upload_key_figures(actor, distribution_id, file)
        except DocumentRefusedError as refused:
            form["file"].errors.append(refused.detail)
        else:
            return redirect(page_url("key_figures", distribution_id=distribution_id), 303)
    shown = None if form.submitted else show_key_figures(session, distribution_id)
    page = render_template(
        "distributions/key_figures.html",
        form=form,
        stored=stored,
        shown=shown,
        progress=_progress(shown) if shown and shown.is_open else None,
        given_up=given_up(shown.job) if shown and shown.was_given_up else None,
        crumbs=file_crumbs(stored, Crumb("Kennzahlen einlesen")),
    )
    return page, 422 if form.submitted else 200


@pages.get("/<uuid:distribution_id>/kennzahlen/fortschritt")
@requires(Permission.FUNDING_WRITE)
def key_figures_progress(distribution_id: UUID) -> str:
    """Answer the page's question how far the table is: a fragment. Without a table there is nothing to wait for."""
    session = db.session()
    get_distribution(session, distribution_id)
    shown = show_key_figures(session, distribution_id)
    work = _progress(shown) if shown else _nothing_to_read(distribution_id)
    return render_template("distributions/_progress.html", work=work)


def _nothing_to_read(distribution_id: UUID) -> Progress:
    return Progress(
        title="Tabelle wird gelesen",
        stage="Es wird keine Tabelle gelesen.",
        url=page_url("key_figures_progress", distribution_id=distribution_id),
        reload_url=page_url("key_figures", distribution_id=distribution_id),
        finished=True,
        result_url=page_url("show", distribution_id=distribution_id),
        result_label="Zur Verteilung",
    )


def _progress(shown: ShownKeyFigures) -> Progress:
    distribution_id = shown.file.distribution_id
    page = page_url("key_figures", distribution_id=distribution_id)
    running = shown.job is not None and shown.job.state is JobState.RUNNING
    return Progress(
        title="Tabelle wird gelesen",
        stage=_stage(shown),
        url=page_url("key_figures_progress", distribution_id=distribution_id),
        reload_url=page,
        finished=not shown.is_open and not shown.was_given_up,
        failed=shown.was_given_up,
        done=shown.job.done if shown.job and running else None,
        total=shown.job.total if shown.job and running else None,
        unit="Zeilen",
        result_url=page if shown.was_refused else page_url("show", distribution_id=distribution_id),
        result_label="Fehler ansehen" if shown.was_refused else "Zur Verteilung",
        afterwards="Die Kennzahlen stehen dann in der Verteilung.",
        problem=given_up(shown.job) if shown.was_given_up else None,
    )


def _stage(shown: ShownKeyFigures) -> str:
    if shown.was_refused:
        return "Die Tabelle wurde nicht übernommen."
    if not shown.is_open:
        return "Die Kennzahlen sind übernommen."
    if shown.job is not None and shown.job.state is JobState.RUNNING:
        return shown.job.stage or "Beginnt"
    return "Wartet auf Bearbeitung"
