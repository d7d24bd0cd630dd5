"""The pages on which a step is taken, and the answer when somebody else was faster."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.errors import StaleError
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.editing import VERSION
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.view import Section
from kimhub.positions.models import IncompleteRequestError
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, pages, status_of, try_with
from kimhub.positions.pages.step_texts import STEP_PAGES, SUBMIT_PATH, StepPage, spoken_names
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import REQUEST, RequestFile, criteria_lines, request_file
from kimhub.positions.schemas import NoteSchema
from kimhub.positions.usecases.step import Step
from kimhub.positions.usecases.submit_request import submit_request
from kimhub.positions.workflow import WORKFLOW
from tenants import Permission, db
from tenants.proceedings import ProceedingMovedError, timeline


@pages.route(f"/<uuid:request_id>/{SUBMIT_PATH}", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def submit(request_id: UUID) -> ResponseReturnValue:
    """Check everything once more, then submit."""
    actor, session = current_actor(), db.session()
    form = blank(NoteSchema())
    if request.method == "POST":
        command = Step(request_id=request_id, expected_seq=0)
        try:
            with attempt(session):
                REQUEST.seen(request_id, request.form.get(VERSION))
                submit_request(actor, command)
        except ProceedingMovedError:
            return _moved(request_id)
        except StaleError:
            form.overtaken = True
        except IncompleteRequestError as incomplete:
            form.refuse(incomplete)
        else:
            flash("Der Antrag ist eingereicht.", "success")
            return redirect(page_url("show", request_id=request_id), code=303)
    file = request_file(session, request_id)
    if WORKFLOW.step("submit", file.state, file.proceeding.side_of(actor.tenant_id)) is None:
        return _moved(request_id)
    lines = criteria_lines(session, file.request)
    obstacles = file.request.obstacles([line.criterion for line in lines if line.met])
    page = render_template(
        "positions/check.html",
        crumbs=crumbs("Prüfen und einreichen", file=file),
        form=form,
        file=file,
        names=spoken_names(file),
        obstacles=obstacles,
        sections=[
            Section("Stelle", presenting.facts(file), page_url("edit", request_id=request_id)),
        ],
        criteria=presenting.criteria(file, lines, editable=True, obstacles=False),
        action=page_url("submit", request_id=request_id),
        fields={VERSION: REQUEST.mark(file)},
        back_url=page_url("show", request_id=request_id),
    )
    return page, status_of(form)


def _step_view(step_page: StepPage) -> Callable[[UUID], ResponseReturnValue]:
    """Return the view of one step: GET asks, POST takes it."""

    def view(request_id: UUID) -> ResponseReturnValue:
        actor, session = current_actor(), db.session()
        file = request_file(session, request_id)
        names = spoken_names(file)
        form = blank(NoteSchema()) if request.method == "GET" else bind(NoteSchema(), request.form)
        if form.valid:
            command = Step(
                request_id=request_id,
                note=form.data["note"],
                expected_seq=typed_version(request.form.get("seq")),
            )
            try:
                taken = try_with(form, lambda: step_page.use_case(actor, command))
            except ProceedingMovedError:
                return _moved(request_id)
            if taken is not None:
                flash(step_page.done.format(**names), "success")
                return redirect(page_url("show", request_id=request_id), code=303)
        elif WORKFLOW.step(step_page.action, file.state, file.proceeding.side_of(actor.tenant_id)) is None:
            return _moved(request_id)
        form["note"].label = step_page.note_label
        form["note"].required = step_page.transition.note_required
        page = render_template(
            "positions/step.html",
            crumbs=crumbs(step_page.transition.label, file=file),
            form=form,
            file=file,
            title=step_page.transition.label,
            note_hint=step_page.note_hint.format(**names),
            consequences=[sentence.format(**names) for sentence in step_page.consequences],
            question=_open_question(file) if step_page.action == "answer" else None,
            action=request.path,
            cancel_url=page_url("show", request_id=request_id),
        )
        return page, status_of(form)

    return requires(step_page.transition.permission)(view)


for _page in STEP_PAGES:
    pages.add_url_rule(
        f"/<uuid:request_id>/{_page.path}",
        endpoint=_page.action,
        view_func=_step_view(_page),
        methods=["GET", "POST"],
    )


def _moved(request_id: UUID) -> ResponseReturnValue:
    """Answer a step that came too late with what has happened instead."""
    actor, session = current_actor(), db.session()
    session.expire_all()
    file = request_file(session, request_id)
    run = [item for item in timeline(session, WORKFLOW, file.proceeding) if not item.internal]
    page = render_template(
        "positions/moved.html",
        crumbs=crumbs("Inzwischen geändert", file=file),
        file=file,
        state=presenting.state_badge(file.state),
        entries=presenting.timeline(file, run[-1:], actor),
        url=page_url("show", request_id=request_id),
    )
    return page, 409


def _open_question(file: RequestFile) -> str | None:
    run = timeline(db.session(), WORKFLOW, file.proceeding)
    return next((item.note for item in reversed(run) if item.action == "ask"), None)
