"""The pages on which a step is taken, and the answer when somebody else was faster."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.forms import bind, blank
from kimhub.funding.allocation_schemas import AllocationNoteSchema
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_presenting import Stand
from kimhub.funding.pages.allocation_step_texts import STEP_PAGES, StepPage
from kimhub.funding.pages.blueprint import page_url, pages, status_of, try_with
from kimhub.funding.queries import AllocationFile, allocation_file, allocation_items
from kimhub.funding.usecases.answer_allocation import AlreadyPassedOnError, Answer
from kimhub.funding.workflow import WORKFLOW
from tenants import db
from tenants.proceedings import Proceeding, ProceedingMovedError, timeline

STEP_PATHS = {"amend": "aendern", "end": "beenden", **{page.action: page.path for page in STEP_PAGES}}


def _step_view(step_page: StepPage) -> Callable[[UUID], ResponseReturnValue]:
    """Return the view of one step: GET asks, POST takes it."""

    def view(allocation_id: UUID) -> ResponseReturnValue:
        actor, session = current_actor(), db.session()
        file = allocation_file(session, allocation_id)
        sides = presenting.sides_of(session, file, actor)
        side = presenting.side_of(sides.stand)
        if side is not step_page.transition.side or not sides.is_tenant:
            return moved(allocation_id)
        form = (
            blank(AllocationNoteSchema())
            if request.method == "GET"
            else bind(AllocationNoteSchema(), request.form)
        )
        if form.valid:
            command = Answer(
                allocation_id=allocation_id,
                note=form.data["note"],
                expected_seq=typed_version(request.form.get("seq")),
            )
            try:
                taken = try_with(form, lambda: step_page.use_case(actor, command))
            except ProceedingMovedError:
                return moved(allocation_id)
            except AlreadyPassedOnError as refused:
                form.messages.append(refused.detail)
                taken = None
            if taken is not None:
                flash(step_page.done, "success")
                return redirect(page_url("show_allocation", allocation_id=allocation_id), 303)
        elif WORKFLOW.step(step_page.action, file.state, side) is None:
            return moved(allocation_id)
        form["note"].label = step_page.note_label
        form["note"].required = step_page.transition.note_required
        page = render_template(
            "funding/allocation_step.html",
            crumbs=presenting.allocation_crumbs(step_page.transition.label, file=file),
            form=form,
            file=file,
            sides=sides,
            items=allocation_items(session, [file.current])[file.current.id],
            amounts=presenting.share_and_money,
            title=step_page.transition.label,
            note_hint=step_page.note_hint.format(**sides.names),
            consequences=[sentence.format(**sides.names) for sentence in step_page.consequences],
            objection=_last_note(file, "object") if step_page.action == "uphold" else None,
            action=request.path,
            cancel_url=page_url("show_allocation", allocation_id=allocation_id),
        )
        return page, status_of(form)

    return requires(step_page.transition.permission)(view)


for _page in STEP_PAGES:
    pages.add_url_rule(
        f"/weiterleitungen/<uuid:allocation_id>/{_page.path}",
        endpoint=f"{_page.action}_allocation",
        view_func=_step_view(_page),
        methods=["GET", "POST"],
    )


def moved(allocation_id: UUID) -> ResponseReturnValue:
    """Answer a step that came too late with what has happened instead."""
    actor, session = current_actor(), db.session()
    session.expire_all()
    file = allocation_file(session, allocation_id)
    sides = presenting.sides_of(session, file, actor)
    watches = not sides.is_tenant or sides.stand is Stand.ABOVE
    run = (
        []
        if watches
        else [item for item in timeline(session, WORKFLOW, _proceeding(file)) if not item.internal]
    )
    page = render_template(
        "funding/allocation_moved.html",
        crumbs=presenting.allocation_crumbs("Inzwischen geändert", file=file),
        state=presenting.state_badge(file.state),
        entries=presenting.timeline_entries(run[-1:], file, sides, actor),
        url=page_url("show_allocation", allocation_id=allocation_id),
    )
    return page, 409


def _proceeding(file: AllocationFile) -> Proceeding:
    its_key = (file.allocation.tenant_id, file.allocation.id)
    return db.session().get_one(Proceeding, its_key, populate_existing=True)


def _last_note(file: AllocationFile, action: str) -> str | None:
    run = timeline(db.session(), WORKFLOW, _proceeding(file))
    return next((item.note for item in reversed(run) if item.action == action), None)
