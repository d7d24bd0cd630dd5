"""The pages on which a step is taken: the check before submitting, and the words of all others."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.errors import StaleError
from kimhub.core.formats import day, full_time_equivalents
from kimhub.core.routing import current_actor, requires
from kimhub.core.steps import NoteSchema
from kimhub.core.web.editing import VERSION
from kimhub.core.web.forms import blank
from kimhub.core.web.step_pages import Called, ProceedingView, Quoted, StepPage, StepPages
from kimhub.core.web.trying import status_of
from kimhub.core.web.view import Section
from kimhub.positions.models import IncompleteRequestError
from kimhub.positions.pages import presenting
from kimhub.positions.pages.blueprint import crumbs, page_url, pages
from kimhub.positions.queries import REQUEST, RequestFile, criteria_lines, request_file
from kimhub.positions.usecases.steps import (
    answer_question,
    ask_back,
    endorse_request,
    reject_request,
    withdraw_request,
)
from kimhub.positions.usecases.submit_request import submit_request
from kimhub.positions.workflow import WORKFLOW, State
from tenants import Permission, db
from tenants.proceedings import ProceedingMovedError, Step, timeline

_PATHS = {
    "submit": "einreichen",
    "answer": "antwort",
    "endorse": "befuerworten",
    "ask": "rueckfrage",
    "reject": "ablehnen",
    "withdraw": "zurueckziehen",
}


def view_of(file: RequestFile) -> ProceedingView:
    """Return the request as the reader's side finds it now."""
    actor, asked = current_actor(), file.request
    return ProceedingView(
        id=asked.id,
        side=file.proceeding.side_of(actor.tenant_id),
        state=file.state,
        seq=file.seq,
        badge=presenting.state_badge(file.state),
        names=presenting.spoken_names(file),
        lead=f"{file.gemeinde.official_name}: {asked.function}, {full_time_equivalents(asked.fte)} "
        f"ab {day(asked.starts_on)}",
        url=page_url("show", request_id=asked.id),
        crumbs=lambda last: crumbs(last, file=file),
        run=lambda: timeline(db.session(), WORKFLOW, file.proceeding),
        told=lambda items: presenting.timeline(file, items, actor),
    )


STEPS = StepPages(
    pages,
    WORKFLOW,
    Called("Der Antrag", "des Antrags", "Antrag"),
    where="/<uuid:request_id>",
    key="request_id",
    view=lambda request_id: view_of(request_file(db.session(), request_id)),
    paths=_PATHS,
    usual={
        State.DRAFT: "submit",
        State.QUESTION: "answer",
        State.SUBMITTED: "endorse",
        State.ANSWERED: "endorse",
    },
)


@pages.route(f"/<uuid:request_id>/{_PATHS['submit']}", methods=["GET", "POST"])
@requires(Permission.REQUEST_WRITE)
def submit(request_id: UUID) -> ResponseReturnValue:
    """Check everything once more, then submit; it is more than a note and so a page of its own."""
    actor, session = current_actor(), db.session()
    form = blank(NoteSchema())
    if request.method == "POST":
        try:
            with attempt(session):
                REQUEST.seen(request_id, request.form.get(VERSION))
                submit_request(actor, Step(request_id, expected_seq=0))
        except ProceedingMovedError:
            return STEPS.moved(request_id)
        except StaleError:
            form.overtaken = True
        except IncompleteRequestError as incomplete:
            form.refuse(incomplete)
        else:
            flash("Der Antrag ist eingereicht.", "success")
            return redirect(page_url("show", request_id=request_id), code=303)
    file = request_file(session, request_id)
    if not STEPS.is_open(view_of(file), "submit"):
        return STEPS.moved(request_id)
    lines = criteria_lines(session, file.request)
    obstacles = file.request.obstacles([line.criterion for line in lines if line.met])
    page = render_template(
        "positions/check.html",
        crumbs=crumbs("Prüfen und einreichen", file=file),
        form=form,
        file=file,
        names=presenting.spoken_names(file),
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


STEPS.add(
    StepPage(
        action="ask",
        use_case=ask_back,
        note_label="Ihre Rückfrage",
        note_hint="Schreiben Sie, welche Angabe oder welcher Nachweis fehlt.",
        consequences=(
            "{Gemeinde} sieht Ihre Rückfrage sofort.",
            "{Gemeinde} kann die Angaben des Antrags ändern, bis die Antwort bei Ihnen eingeht.",
            "Befürworten können Sie den Antrag erst wieder nach der Antwort.",
        ),
        done="Die Rückfrage ist gestellt.",
    ),
    StepPage(
        action="answer",
        use_case=answer_question,
        note_label="Ihre Antwort",
        note_hint="Ändern Sie zuvor die Angaben des Antrags, wenn das nötig ist.",
        consequences=(
            "{Kreis} sieht Ihre Antwort sofort.",
            "Danach können Sie die Angaben nicht mehr ändern, solange keine neue Rückfrage kommt.",
        ),
        done="Die Antwort ist {at_kreis} eingegangen.",
        answers=Quoted("ask", "Rückfrage: {kreis_name}"),
    ),
    StepPage(
        action="endorse",
        use_case=endorse_request,
        note_label="Bemerkung",
        note_hint="Was {gemeinde} zu Ihrer Entscheidung wissen soll.",
        consequences=(
            "{Gemeinde} sieht Ihre Entscheidung sofort.",
            "Die Entscheidung lässt sich nicht zurücknehmen.",
            "Sie können die Stelle in Ihren Förderantrag aufnehmen.",
        ),
        done="Der Antrag ist befürwortet.",
    ),
    StepPage(
        action="reject",
        use_case=reject_request,
        note_label="Begründung der Ablehnung",
        note_hint="{Gemeinde} liest diese Begründung.",
        consequences=(
            "{Gemeinde} sieht Ihre Entscheidung und die Begründung sofort.",
            "Die Entscheidung lässt sich nicht zurücknehmen. {Gemeinde} kann einen neuen Antrag stellen.",
        ),
        done="Der Antrag ist abgelehnt.",
    ),
    StepPage(
        action="withdraw",
        use_case=withdraw_request,
        note_label="Grund",
        note_hint="{Kreis} liest diesen Grund.",
        consequences=(
            "{Kreis} sieht sofort, dass der Antrag zurückgezogen ist, und kann nicht mehr darüber entscheiden.",
            "Der Vorgang bleibt mit allen Schritten lesbar. Sie können einen neuen Antrag stellen.",
        ),
        done="Der Antrag ist zurückgezogen.",
    ),
)
